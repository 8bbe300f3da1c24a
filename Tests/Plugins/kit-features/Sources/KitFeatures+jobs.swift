import HearthKit

extension KitFeatures {
    /// Counts how often it ran; 13 fails at first.
    static let work = JobKind<Int>("work", retry: .delays([.zero, .zero]))
    /// Takes a while, leaves a row, and bears that its host dies.
    static let patient = JobKind<Int>("patient", retry: .delays(Array(repeating: .zero, count: 50)))
    /// Counts the ticks of a zone.
    static let morning = JobKind<Int>("morning")

    /// Jobs, a schedule, and routes that enqueue and count.
    static func addJobs(to setup: Setup, _ routes: Routes) {
        setup.job(work) { job, number in
            try job.log("number \(number)")
            try job.report(progress: 0.5)
            if number == 13, job.attempt == 1 { throw Failure(500, "unlucky") }
            if number == 99 { throw JobEnd.discard(reason: "of no use") }
            _ = try await job.context.cache.increment("worked")
        }
        setup.job(patient) { job, milliseconds in
            try await Task.sleep(for: .milliseconds(milliseconds))
            try await job.context.execute("INSERT INTO kit_features_effects (job_id, attempt) VALUES (\(job.id), \(job.attempt))")
        }
        setup.job(morning) { job, _ in
            _ = try await job.context.cache.increment("morning:\(job.tick?.zone ?? "")")
        }
        setup.schedule("mornings", .cronOfUsers("0 7 * * *"), morning, 0)
        routes.route(.post, "/kit-features/jobs", "Enqueue in a transaction", query: JobWish.self) { request in
            let wish = request.query
            do {
                let job = try await request.context.transaction { transaction in
                    let job = try await transaction.enqueue(
                        work, wish.number, JobPlacement(uniqueKey: wish.key.isEmpty ? nil : wish.key))
                    if !wish.isCommitted { throw Failure(409, "rolled back") }
                    return job
                }
                return Count(number: job.isNew ? 1 : 0)
            } catch let failure as Failure where failure.status == 409 {
                return Count(number: -1)
            }
        }
        routes.route(.post, "/kit-features/patience", "Enqueue many", query: JobWish.self) { request in
            let jobs = (0..<request.query.number).map { _ in (payload: 100, placement: JobPlacement()) }
            return Count(number: try await request.context.enqueue(patient, jobs).count)
        }
        routes.route(.get, "/kit-features/patience/effects", "Count what patient jobs have left") { request in
            try await request.context.query("SELECT count(*), count(DISTINCT job_id) FROM kit_features_effects", as: Effects.self)
        }
        routes.route(.get, "/kit-features/jobs", "Count runs", query: JobWish.self) { request in
            let key = request.query.key.isEmpty ? "worked" : "morning:\(request.query.key)"
            return Count(number: try await request.context.cache.increment(key, by: 0))
        }
        routes.route(.get, "/kit-features/lease", "Take a lease") { request in
            let isTaken = try await request.context.takeLease("one", for: .seconds(60))
            try await request.context.releaseLease("one")
            let isDelayed = try await request.context.enqueue(work, 1, JobPlacement(runAt: request.context.now + .seconds(3_600)))
            let isCancelled = try await request.context.cancelJob(isDelayed.id)
            return Checks(all: [isTaken, isDelayed.isNew, isCancelled])
        }
    }
}

/// What jobs have left.
struct Effects: Row, Output {
    let effects: Int
    let jobs: Int

    static let schema = Schema<Effects>("Effects") {
        Field("effects") { $0.effects }
        Field("jobs") { $0.jobs }
    }

    init(row: inout RowReader) throws {
        effects = try row.next()
        jobs = try row.next()
    }
}

/// What to enqueue or count.
struct JobWish: Input {
    var isCommitted = true
    var number = 1
    var key = ""

    static let schema = Schema<JobWish>("JobWish") {
        Field("commit", \.isCommitted)
        Field("number", \.number)
        Field("key", \.key)
    }

    init() {}
}
