import CHearth
import HearthJSON

extension Setup {
    /// Carries jobs of a kind out. A run that throws has failed, and is tried again as the kind says; see ``JobEnd`` for other ends.
    /// It may run twice for one job, after a crash for example.
    ///
    /// - Parameters:
    ///   - kind: What they do.
    ///   - run: Carries one out.
    public func job<Payload>(
        _ kind: JobKind<Payload>, run: @escaping @Sendable (_ job: Job, _ payload: Payload) async throws -> Void
    ) {
        let endpoint = JobEndpoint(runtime: registrar.runtime) { job, payload in try await run(job, try Payload(json: payload)) }
        registrar.register { try endpoint.register(kind.name, kind.options, with: registrar) }
    }

    /// Enqueues a job at each tick, once for all hosts.
    ///
    /// - Parameters:
    ///   - name: Lower-case letters, digits, underscores.
    ///   - timing: When.
    ///   - kind: What is enqueued; registered before.
    ///   - payload: What each job is given.
    ///   - overlap: What becomes of a tick when the job of the tick before is not over.
    ///   - catchUp: What becomes of ticks at which no host was running.
    public func schedule<Payload>(
        _ name: String, _ timing: ScheduleTiming, _ kind: JobKind<Payload>, _ payload: Payload,
        overlap: ScheduleOverlap = .skip, catchUp: ScheduleCatchUp = .latest
    ) {
        registrar.register {
            let jobs = try registrar.runtime.jobs
            var json = JSONWriter()
            payload.write(to: &json)
            var schedule = hearth_schedule()
            schedule.size = UInt32(MemoryLayout<hearth_schedule>.size)
            schedule.overlap = overlap.rawValue
            schedule.catch_up = catchUp.rawValue
            schedule.interval = timing.interval
            var text = ForeignText()
            let places = [name, kind.name, timing.cron, timing.zone].map { text.append($0) }
            let status = text.withBase { base in
                schedule.name = ForeignText.string(at: places[0], base)
                schedule.kind = ForeignText.string(at: places[1], base)
                schedule.cron = ForeignText.string(at: places[2], base)
                schedule.zone = ForeignText.string(at: places[3], base)
                return json.bytes.lending { payload in
                    schedule.payload = payload
                    return jobs.pointee.add_schedule(registrar.runtime.host, &schedule)
                }
            }
            try HostError.check(status, "add_schedule \(name)")
        }
    }
}

/// When a schedule ticks.
public struct ScheduleTiming: Sendable {
    let cron: String
    let zone: String
    let interval: UInt64

    /// At the local times of a zone that fit an expression: `minute hour day month weekday`, or `@daily` and the like.
    ///
    /// - Parameters:
    ///   - expression: Such as `0 7 * * MON-FRI`.
    ///   - zone: IANA name.
    public static func cron(_ expression: String, in zone: String = "UTC") -> ScheduleTiming {
        ScheduleTiming(cron: expression, zone: zone, interval: 0)
    }

    /// At the local time of each user: one job for each zone in which there are users, named by ``ScheduleTick/zone``.
    public static func cronOfUsers(_ expression: String) -> ScheduleTiming {
        ScheduleTiming(cron: expression, zone: "user", interval: 0)
    }

    /// Every so often, a second at least.
    public static func every(_ interval: Duration) -> ScheduleTiming {
        ScheduleTiming(cron: "", zone: "", interval: interval.foreign)
    }
}

/// What becomes of a tick when the job of the tick before is not over.
public enum ScheduleOverlap: UInt32, Sendable {
    /// It is passed over.
    case skip = 0
    /// Its job runs after the other.
    case queue = 1
    /// Both run.
    case allow = 2
}

/// What becomes of ticks at which no host was running.
public enum ScheduleCatchUp: UInt32, Sendable {
    /// One job, for the latest of them.
    case latest = 0
    /// None, when they are more than a minute late.
    case none = 1
    /// One job each, for the latest hundred of them.
    case all = 2
}
