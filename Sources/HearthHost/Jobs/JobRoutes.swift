import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import HearthJobs
import NIOCore

/// The jobs and schedules for administrators: below `/api/admin/jobs` and `/api/admin/schedules`.
struct JobRoutes: Sendable {
    private let jobs: JobStore
    private let runner: JobRunner

    init(_ jobs: HostJobs) {
        self.jobs = jobs.store
        runner = jobs.runner
    }

    var routes: [Route] {
        [
            route(.get, "/admin/jobs", "Jobs, the latest first", Self.listing, "The jobs", answer: list),
            route(.get, "/admin/jobs/counts", "How many jobs there are, by queue and state", "", "The numbers", answer: counts),
            route(.get, "/admin/jobs/{id}", "A job with its log", Self.jobID, "The job", missing: "job", answer: job),
            route(
                .post, "/admin/jobs/{id}/retry", "Run a job as soon as possible, a dead letter too", Self.jobID, "The job",
                missing: "job", conflict: "It waits or runs already, or another one has its unique key", answer: retry),
            route(
                .post, "/admin/jobs/{id}/cancel", "Give a job up", Self.jobID, "The job", missing: "job", conflict: "It is over",
                answer: cancel),
            route(
                .post, "/admin/queues/{name}/pause", "Begin no more jobs of a queue", Self.name, "It is paused", missing: "queue"
            ) {
                try await setPaused(true, $0)
            },
            route(.post, "/admin/queues/{name}/resume", "Let a queue go on", Self.name, "It goes on", missing: "queue") {
                try await setPaused(false, $0)
            },
            route(.get, "/admin/schedules", "Schedules and their next ticks", "", "The schedules", answer: schedules),
            route(
                .get, "/admin/schedules/{name}/ticks", "The latest ticks of a schedule", Self.name, "The ticks",
                missing: "schedule", answer: ticks),
            route(.post, "/admin/schedules/{name}/run", "Let a schedule tick now", Self.name, "It ticks", missing: "schedule") {
                request in
                try await answer(jobs.runNow(schedule: request.pathValues[0]))
            },
            route(.post, "/admin/schedules/{name}/pause", "Let a schedule rest", Self.name, "It rests", missing: "schedule") {
                request in
                try await answer(jobs.setPaused(true, schedule: request.pathValues[0]))
            },
            route(.post, "/admin/schedules/{name}/resume", "Let a schedule go on", Self.name, "It goes on", missing: "schedule") {
                request in
                try await answer(jobs.setPaused(false, schedule: request.pathValues[0]))
            },
        ]
    }

    private func route(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ parameters: String, _ done: String,
        missing: String? = nil, conflict: String? = nil, answer: @escaping @Sendable (RoutedRequest) async throws -> JSONValue
    ) -> Route {
        let refusals =
            (missing.map { #", "404": {"description": "There is no such \#($0)"}"# } ?? "")
            + (conflict.map { #", "409": {"description": "\#($0)"}"# } ?? "")
        return Route(
            method: method, paths: [path], access: .admin,
            operation: """
                {"summary": "\(summary)", "tags": ["jobs"], "parameters": [\(parameters)], "responses": {"200": {"description": "\(done)",
                 "content": {"application/json": {"schema": {"type": "object"}}}}\(refusals)}}
                """,
            handler: HostHandler { request in .json(ByteBuffer(string: try await answer(request).text)) })
    }

    private static let jobID =
        #"{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}"#
    private static let name =
        #"{"name": "name", "in": "path", "required": true, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}"#
    private static let listing = """
        {"name": "queue", "in": "query", "schema": {"type": "string"}}, {"name": "kind", "in": "query", "schema": {"type": "string"}},
        {"name": "state", "in": "query", "schema": {"enum": ["waiting", "scheduled", "available", "running", "completed", "cancelled", "discarded"]}},
        {"name": "before", "in": "query", "schema": {"type": "string", "format": "uuid"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}
        """

    // MARK: Jobs

    private func list(_ request: RoutedRequest) async throws -> JSONValue {
        func value(_ name: String) -> String? { request.query.last { $0.name == name }?.value }
        let filter = JobFilter(
            queue: value("queue"), kind: value("kind"), state: value("state").flatMap { JobState(name: $0) })
        let records = try await jobs.list(
            filter, before: value("before").flatMap { DatabaseUUID($0) }, limit: value("limit").flatMap(Int.init) ?? 50)
        return ["jobs": .array(records.map(\.json))]
    }

    private func counts(_ request: RoutedRequest) async throws -> JSONValue {
        let counts = try await jobs.counts().map { count -> JSONValue in
            [
                "queue": .string(count.queue), "state": .string(count.state.name), "count": .integer(Int64(count.count)),
                "oldest": .time(count.oldest),
            ]
        }
        return ["counts": .array(counts), "paused": .array(try await jobs.pausedQueues().map { .string($0) })]
    }

    private func job(_ request: RoutedRequest) async throws -> JSONValue {
        let record = try await record(request)
        let lines = try await jobs.log(of: record.id).map { line -> JSONValue in
            ["at": .time(line.at), "attempt": .integer(Int64(line.attempt)), "line": .string(line.line)]
        }
        return ["job": record.json, "log": .array(lines)]
    }

    private func retry(_ request: RoutedRequest) async throws -> JSONValue {
        let record = try await record(request)
        guard try await isRetried(record.id) else {
            throw HTTPError(.conflict, "The job waits or runs already, or another one has its unique key")
        }
        return try await job(request)
    }

    private func isRetried(_ id: DatabaseUUID) async throws -> Bool {
        do {
            return try await jobs.retry(id)
        } catch {
            guard error.kind == .unique else { throw error }
            return false
        }
    }

    private func cancel(_ request: RoutedRequest) async throws -> JSONValue {
        let record = try await record(request)
        guard try await jobs.cancel(record.id) else { throw HTTPError(.conflict, "The job is over") }
        return try await job(request)
    }

    private func record(_ request: RoutedRequest) async throws -> JobRecord {
        guard let id = DatabaseUUID(request.pathValues[0]), let record = try await jobs.job(id) else {
            throw HTTPError(.notFound, "Job not found")
        }
        return record
    }

    private func setPaused(_ isPaused: Bool, _ request: RoutedRequest) async throws -> JSONValue {
        let queue = request.pathValues[0]
        var isThere = runner.works(queue)
        if !isThere { isThere = try await jobs.knows(queue: queue) }
        guard isThere else { throw HTTPError(.notFound, "There is no such queue") }
        try await jobs.setPaused(isPaused, queue: queue)
        return ["queue": .string(queue), "is_paused": .boolean(isPaused)]
    }

    // MARK: Schedules

    private func schedules(_ request: RoutedRequest) async throws -> JSONValue {
        let schedules = try await jobs.schedules().map { schedule -> JSONValue in
            [
                "name": .string(schedule.name), "zone": .string(schedule.zone), "timing": .string(schedule.timing),
                "next_at": .time(schedule.nextAt), "is_paused": .boolean(schedule.isPaused),
            ]
        }
        return ["schedules": .array(schedules)]
    }

    private func ticks(_ request: RoutedRequest) async throws -> JSONValue {
        let name = request.pathValues[0]
        try await require(jobs.schedules().contains { $0.name == name })
        let ticks = try await jobs.ticks(of: name).map { tick -> JSONValue in
            [
                "zone": .string(tick.zone), "at": .time(tick.at), "fired_at": .time(tick.firedAt),
                "job": tick.job.map { .string($0.description) } ?? .null,
            ]
        }
        return ["ticks": .array(ticks)]
    }

    private func answer(_ isThere: Bool) throws -> JSONValue {
        try require(isThere)
        return ["status": "ok"]
    }

    private func require(_ isThere: Bool) throws {
        guard isThere else { throw HTTPError(.notFound, "There is no such schedule") }
    }
}

extension JSONValue {
    /// A moment as clients read it.
    fileprivate static func time(_ microseconds: Int64?) -> JSONValue {
        guard let microseconds else { return .null }
        var writer = JSONWriter()
        writer.timestamp(microseconds)
        return (try? JSONValue(parsing: writer.bytes)) ?? .null
    }
}

extension JobRecord {
    fileprivate var json: JSONValue {
        [
            "id": .string(id.description), "queue": .string(queue), "kind": .string(kind), "state": .string(state.name),
            "priority": .integer(Int64(priority)), "payload": (try? JSONValue(parsing: payload)) ?? .null,
            "attempt": .integer(Int64(attempt)), "failures": .integer(Int64(failures)),
            "maximum_failures": .integer(Int64(maximumFailures)),
            "errors": errors.flatMap { try? JSONValue(parsing: $0) } ?? .array([]),
            "progress": progress.map { .number($0) } ?? .null, "run_at": .time(runAt), "created_at": .time(createdAt),
            "started_at": .time(startedAt), "finished_at": .time(finishedAt), "tenant": tenant.map { .string($0) } ?? .null,
            "serial_key": serialKey.map { .string($0) } ?? .null,
        ]
    }
}
