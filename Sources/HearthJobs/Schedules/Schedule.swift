/// Enqueues a job at each of its ticks, once for all hosts.
public struct Schedule: Sendable {
    /// When it ticks.
    public enum Timing: Sendable, Equatable {
        /// At the local times of a zone that fit an expression.
        case cron(CronExpression, ScheduleZone)
        /// Every so often, counted from 1970-01-01 00:00 UTC, so that all hosts agree; at least a second.
        case every(Duration)

        /// What the next tick is computed by, as it is kept: another text computes anew.
        var text: String {
            switch self {
            case .cron(let expression, let zone): "\(expression.text) \(zone.text)"
            case .every(let interval): "every \(interval.microseconds)"
            }
        }
    }

    /// What becomes of a tick when the job of the tick before is not over.
    public enum Overlap: Sendable {
        /// It is passed over.
        case skip
        /// Its job runs after the other.
        case queue
        /// Both run.
        case allow
    }

    /// What becomes of ticks at which no host was running.
    public enum CatchUp: Sendable {
        /// One job, for the latest of them.
        case latest
        /// None, when they are more than a minute late.
        case none
        /// One job each, for the latest hundred of them.
        case all
    }

    /// Its name, unique in the host.
    public let name: String
    /// What it enqueues.
    public let kind: JobKind
    /// JSON text of its jobs.
    public let payload: String
    /// When.
    public let timing: Timing
    /// What becomes of a tick when the job of the tick before is not over.
    public let overlap: Overlap
    /// What becomes of ticks at which no host was running.
    public let catchUp: CatchUp

    /// - Parameters:
    ///   - name: unique in the host
    ///   - kind: what it enqueues
    ///   - payload: JSON text of its jobs
    ///   - timing: when
    ///   - overlap: what becomes of a tick when the job of the tick before is not over
    ///   - catchUp: what becomes of ticks at which no host was running
    public init(
        _ name: String, kind: JobKind, payload: String = "{}", _ timing: Timing, overlap: Overlap = .skip,
        catchUp: CatchUp = .latest
    ) {
        self.name = name
        self.kind = kind
        self.payload = payload
        self.timing = timing
        self.overlap = overlap
        self.catchUp = catchUp
    }

    /// The next tick after an instant, in a zone.
    func next(after instant: Int64, in zone: LocalZone) -> Int64? {
        switch timing {
        case .cron(let expression, _): expression.next(after: instant, in: zone)
        case .every(let interval):
            (instant / max(1_000_000, interval.microseconds) + 1) * max(1_000_000, interval.microseconds)
        }
    }
}

extension Schedule {
    /// The latest ticks of a time, in their order.
    ///
    /// Only the next tick can be computed, and a time without hosts may be months of minutes: so they are looked for at the end of
    /// that time, in a part of it that grows until it holds enough of them.
    /// - Parameters:
    ///   - count: at most how many
    ///   - first: the first tick of the time, which need not be one of the timing
    ///   - last: the last moment of the time
    ///   - zone: whose local time counts
    func latest(_ count: Int, from first: Int64, to last: Int64, in zone: LocalZone) -> [Int64] {
        var span: Int64 = 3_600_000_000
        while true {
            let isWhole = last - span < first
            var ticks = isWhole ? [first] : []
            var moment = isWhole ? first : last - span
            while let tick = next(after: moment, in: zone), tick <= last {
                ticks.append(tick)
                moment = tick
            }
            if isWhole || ticks.count >= count { return ticks.suffix(count) }
            span *= 24
        }
    }
}

/// Whose local time a schedule follows.
public enum ScheduleZone: Sendable, Equatable {
    /// One zone for all.
    case fixed(LocalZone)
    /// That of each user: one tick in each zone in which there are users.
    case users

    /// Two of the same name are the same.
    public static func == (left: ScheduleZone, right: ScheduleZone) -> Bool { left.text == right.text }

    var text: String {
        switch self {
        case .fixed(let zone): zone.name
        case .users: "user"
        }
    }
}
