import Foundation
import HearthDatabase
import HearthJobs

/// How many jobs a second that do nothing: enqueued in batches, then run by one runner, on the PostgreSQL of `HEARTH_TEST_POSTGRES`.
@main struct JobsBench {
    static func main() async throws {
        guard let address = ProcessInfo.processInfo.environment["HEARTH_TEST_POSTGRES_SOCKET"] else {
            print("bench-jobs: run it with scripts/with-servers")
            exit(2)
        }
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 50_000
        let database = try await PostgresDatabase.open(PostgresConfiguration(address: address, maximumConnections: 8))
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-bench-jobs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try JobSchema.sql.write(toFile: folder + "/0001_jobs.sql", atomically: true, encoding: .utf8)
        _ = try await MigrationRunner(database: database, scope: .host, folder: folder, now: { 0 }).up()

        let store = JobStore(database: database, now: { Int64(Date().timeIntervalSince1970 * 1_000_000) })
        let kind = JobKind("bench.nothing", queue: "bench")
        let clock = ContinuousClock()
        let enqueueing = try await clock.measure {
            for start in stride(from: 0, to: count, by: 1_000) {
                _ = try await store.enqueue((0..<min(1_000, count - start)).map { _ in NewJob(kind) })
            }
        }
        let runner = JobRunner(store: store)
        runner.open("bench", rules: QueueRules(slots: 256), handlers: [HandledKind(kind) { _ in .completed }])
        let task = Task { await runner.run() }
        let running = try await clock.measure {
            while try await !store.counts().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        }
        task.cancel()
        await task.value
        await database.shutdown()
        print("\(Int(Double(count) / (enqueueing / .seconds(1)))) \(Int(Double(count) / (running / .seconds(1))))")
    }
}
