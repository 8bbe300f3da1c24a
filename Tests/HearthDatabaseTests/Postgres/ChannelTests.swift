import HearthThreads
import Synchronization
import Testing

@testable import HearthDatabase

/// What hosts on one PostgreSQL tell each other.
@Suite struct ChannelTests {
    private final class Heard: Sendable {
        private let messages = Mutex<[String]>([])
        var all: [String] { messages.withLock { $0 } }
        func add(_ message: String) { messages.withLock { $0.append(message) } }
    }

    private func channel(_ name: String, _ heard: Heard) throws -> PostgresChannel {
        try PostgresChannel(name, PostgresConfiguration(address: try TestServer.address)) { heard.add($0) }
    }

    /// Says something until it is heard: what is said before both listen is lost.
    private func say(_ message: String, on channel: PostgresChannel, until heard: Heard) async throws {
        for _ in 0..<1_200 where !heard.all.contains(message) {
            channel.send([message])
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(heard.all.contains(message))
    }

    @Test func `the others hear what is said, and nobody hears himself`() async throws {
        let (here, there) = (Heard(), Heard())
        let (one, other) = (try channel("hearth_test_a", here), try channel("hearth_test_a", there))
        defer { for channel in [one, other] { channel.shutdown() } }
        try await say("first", on: one, until: there)
        try await say("second", on: other, until: here)
        #expect(!here.all.contains("first") && !there.all.contains("second"))
        // More than fits into one message of PostgreSQL.
        let long = Set((0..<30).map { "\($0)-" + String(repeating: "x", count: 1_000) })
        one.send(long)
        for _ in 0..<1_200 where !long.isSubset(of: there.all) { try await Task.sleep(for: .milliseconds(50)) }
        #expect(long.isSubset(of: there.all))
    }

    @Test func `a connection that is lost is made anew`() async throws {
        let (here, there) = (Heard(), Heard())
        let (one, other) = (try channel("hearth_test_b", here), try channel("hearth_test_b", there))
        defer { for channel in [one, other] { channel.shutdown() } }
        try await say("before", on: one, until: there)
        _ = try await TestServer.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'hearth-channel' AND query LIKE '%hearth_test_b%'
            """)
        try await say("after", on: other, until: here)
        try await say("again", on: one, until: there)
    }
}
