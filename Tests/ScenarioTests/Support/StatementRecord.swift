import Synchronization

/// The statements that a host has run, for scenarios that say how many a request may need.
final class StatementRecord: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ sql: String) { texts.withLock { $0.append(sql) } }

    /// The statements that run during a body, but for those by which hosts ask what other hosts have changed.
    func during(_ body: () async throws -> Void) async rethrows -> [String] {
        let start = texts.withLock { $0.count }
        try await body()
        return texts.withLock { $0[start...].filter { !$0.contains("revoked_at >=") && !$0.contains("updated_at >=") } }
    }
}
