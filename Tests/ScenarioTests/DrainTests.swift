import AsyncHTTPClient
import Foundation
import HearthHost
import HearthJSON
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// The process as a whole: it starts or says why not, and ends without failing anybody.
struct DrainTests {
    private static let secret = String(repeating: "k", count: 32)

    /// A body that is sent in two halves, the second one when the scenario says so.
    private final class HalvedBody: Sendable {
        private let state = Mutex((sent: 0, isReleased: false))
        let bytes: ByteBuffer

        init(_ text: String) { bytes = ByteBuffer(string: text) }

        /// Whether the first half is on its way and the second one asked for.
        var isHalfSent: Bool { state.withLock { $0.sent >= 2 } }

        func release() { state.withLock { $0.isReleased = true } }

        var stream: AsyncStream<ByteBuffer> {
            AsyncStream { [self] in
                let half = bytes.readableBytes / 2
                switch state.withLock({ state in
                    state.sent += 1
                    return state.sent
                }) {
                case 1: return bytes.getSlice(at: 0, length: half)
                case 2:
                    _ = await eventually { state.withLock { $0.isReleased } }
                    return bytes.getSlice(at: half, length: bytes.readableBytes - half)
                default: return nil
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `SIGTERM fails no request in flight, closes idle connections and ends with status 0`() async throws {
        let folder = try TestFolders.temporary()
        let process = try await ChildProcess.serve(dataFolder: folder, environment: ["SECRET_KEY": Self.secret])
        defer { process.kill() }
        let port = try #require(try await process.port(), "\(process.errors)")
        let ada = try await TestClient(port: port).registered("ada")
        var habits: [String] = []
        for _ in 0..<10 { habits.append(try await ada.habit()) }

        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        defer { http.shutdown { _ in } }
        let bodies = habits.map { HalvedBody(#"{"habit_id": "\#($0)"}"#) }
        let answers = bodies.map { body in
            Task {
                var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/completions/")
                request.method = .POST
                request.headers = ["Authorization": "Bearer \(ada.token ?? "")", "Content-Type": "application/json"]
                request.body = .stream(body.stream, length: .known(Int64(body.bytes.readableBytes)))
                let response = try await http.execute(request, timeout: .seconds(120))
                return Int(response.status.code)
            }
        }
        #expect(await eventually { bodies.allSatisfy(\.isHalfSent) })
        // Served after the halves were sent, on every thread of the server; these connections stay open, idle.
        for _ in 0..<20 { #expect(try await ada.get("/api/health").status == 200) }

        process.terminate()
        let refused = await eventually {
            do {
                var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/health")
                request.headers = ["Connection": "close"]
                _ = try await http.execute(request, timeout: .seconds(5))
                return false
            } catch {
                return true
            }
        }
        #expect(refused)
        // It has to wait for the requests that it has begun.
        #expect(process.isRunning)
        for body in bodies { body.release() }
        for answer in answers {
            let status = try? await answer.value
            #expect(status == 201)
        }
        #expect(await process.status == 0)
        #expect(!process.errors.contains(" error "))

        // Nothing that was answered is lost.
        let again = try await TestHost.start(dataFolder: folder, clock: ManualClock(now: SystemClock().now))
        let sameAda = TestClient(again, token: ada.token)
        #expect(try await sameAda.get("/api/completions/history").json.count == 10)
        #expect(try await sameAda.get("/api/habits/").json.each("total_completions") == Array(repeating: 1, count: 10))
        try await again.stop()
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            (["ENVIRONMENT": "production"], ["SECRET_KEY", "32 bytes"]),
            (["ENVIRONMENT": "production", "SECRET_KEY": "short-secret"], ["SECRET_KEY", "32 bytes"]),
            (["PORT": "eighty"], ["PORT", "\"eighty\""]),
            (["PORT": "70000"], ["PORT", "70000"]),
            (["BCRYPT_COST": "99", "LOG_LEVEL": "loud"], ["BCRYPT_COST", "LOG_LEVEL"]),
            (["PLUGINS_CONF": "/nowhere/plugins.conf"], ["/nowhere/plugins.conf"]),
            (["PLUGINS_CONF": "/etc"], ["/etc"]),
            (["HEARTH_DATA": "/proc/hearth"], ["/proc/hearth"]),
            (["TLS_CERTIFICATE": "/nowhere/cert.pem"], ["TLS_"]),
            (["DATABASE_URL": "mysql://u:secret@h/db"], ["DATABASE_URL", "postgresql://"]),
        ])
    func `a start that cannot be is refused with status 1 and the reason`(
        environment: [String: String], words: [String]
    ) async throws {
        let process = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: environment)
        defer { process.kill() }
        #expect(await process.status == 1)
        for word in words { #expect(process.errors.contains(word), "\(process.errors)") }
        // A reason, and neither a crash nor a secret.
        #expect(
            !process.errors.contains("Fatal error") && !process.errors.contains("short-secret")
                && !process.errors.contains(":secret@"))
        #expect(process.errors.utf8.count < 2000)
    }

    @Test(.timeLimit(.minutes(5))) func `a port that is taken refuses the start`() async throws {
        let host = try await TestHost.start()
        let process = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: ["PORT": "\(host.port)"])
        defer { process.kill() }
        #expect(await process.status == 1)
        #expect(process.errors.contains("\(host.port)"), "\(process.errors)")
        // The other one is not disturbed.
        #expect(try await TestClient(host).get("/api/health").status == 200)
        try await host.stop()
    }

    @Test(.timeLimit(.minutes(5))) func `in development a secret is made once, for nobody else to read`() async throws {
        let folder = try TestFolders.temporary()
        let first = try await ChildProcess.serve(dataFolder: folder)
        defer { first.kill() }
        let ada = try await TestClient(port: try #require(try await first.port(), "\(first.errors)")).registered("ada")
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/secret.key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let secret = try String(contentsOfFile: folder + "/secret.key", encoding: .utf8).prefix { !$0.isNewline }
        #expect(secret.utf8.count >= 32)
        #expect(!first.errors.contains(secret))
        first.terminate()
        #expect(await first.status == 0)

        let second = try await ChildProcess.serve(dataFolder: folder)
        defer { second.kill() }
        var same = TestClient(port: try #require(try await second.port(), "\(second.errors)"))
        same.token = ada.token
        #expect(try await same.get("/api/auth/me").json["username"] == "ada")
        second.terminate()
        #expect(await second.status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder + "/secret.key")
        let third = try await ChildProcess.serve(dataFolder: folder)
        defer { third.kill() }
        #expect(await third.status == 1)
        #expect(third.errors.contains("chmod 600"))
    }

    @Test func `an applied migration that was changed or is missing refuses the start, and the data stays`() async throws {
        let plugin = try TestFolders.temporary() + "/habits"
        try FileManager.default.copyItem(atPath: TestFolders.staged + "/habits", toPath: plugin)
        let table: KeyValuePairs = ["habits": "library = \"\(plugin)\""]
        let host = try await TestHost.start(plugins: table)
        let ada = try await TestClient(host).registered("ada")
        _ = try await ada.habit()
        try await host.stop()

        let file = plugin + "/migrations/0001_habits.sql"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        func refusal() async -> String {
            do {
                let host = try await TestHost.start(plugins: table, dataFolder: host.dataFolder, clock: host.clock)
                try await host.stop()
                return "the start was not refused"
            } catch {
                return "\(error)"
            }
        }
        try (text + "-- a harmless comment\n").write(toFile: file, atomically: true, encoding: .utf8)
        let changed = await refusal()
        #expect(changed.contains("0001_habits") && changed.contains("change"), "\(changed)")
        try FileManager.default.removeItem(atPath: file)
        let missing = await refusal()
        #expect(missing.contains("0001_habits") && missing.contains("missing"), "\(missing)")
        // Where the operator allows it the host starts without the plugin.
        let skipping = try await TestHost.start(
            plugins: ["habits": "library = \"\(plugin)\"\non_error = \"skip\""], dataFolder: host.dataFolder, clock: host.clock)
        #expect(try await TestClient(skipping, token: ada.token).get("/api/habits/").status == 404)
        #expect(try await TestClient(skipping, token: ada.token).get("/api/auth/me").status == 200)
        try await skipping.stop()

        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let again = try await TestHost.start(plugins: table, dataFolder: host.dataFolder, clock: host.clock)
        #expect(try await TestClient(again, token: ada.token).get("/api/habits/").json.count == 1)
        try await again.stop()
    }
}
