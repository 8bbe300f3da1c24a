/// Ends work that takes too long.
enum TimeLimit {
    /// Runs work and cancels it when the time is over.
    ///
    /// - Parameters:
    ///   - limit: how long it may take
    ///   - what: what was waited for, for the message
    /// - Throws: ``ClientError``: of kind `timeout`, `cancelled` when the surrounding task is, else what the work says
    static func run<R: Sendable>(
        _ limit: Duration, _ what: String, _ work: @escaping @Sendable () async throws -> R
    ) async throws(ClientError) -> R {
        do {
            return try await withThrowingTaskGroup(of: R.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    // Of a time-out there is always a little less left than somebody has set.
                    let milliseconds: Double = limit / Duration.milliseconds(1)
                    throw ClientError(.timeout, "\(what) took longer than \(milliseconds.rounded() / 1_000) seconds")
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() else { throw CancellationError() }
                return result
            }
        } catch let error as ClientError {
            throw error
        } catch {
            if Task.isCancelled { throw ClientError(.cancelled, "nobody waits any more") }
            throw ClientError(.unavailable, "\(what) ended early: \(error)")
        }
    }
}
