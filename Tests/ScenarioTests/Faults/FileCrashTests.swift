import AsyncHTTPClient
import Foundation
import HearthJSON
import NIOCore
import NIOHTTP1
import Synchronization
import TestServers
import Testing

/// Files when hosts are killed, in processes of their own.
@Suite struct FileCrashTests {
    private static let base = "/api/kit-features/files"
    private static let quota = 1 << 20

    /// A data folder whose host has the plugin under test.
    private static func folder() throws -> (data: String, conf: String) {
        let data = try TestFolders.temporary()
        let conf = data + "/files.conf"
        try """
        search_path = ["\(TestFolders.staged)"]
        [plugins.kit-features.files]
        quota = \(quota)
        """.write(toFile: conf, atomically: true, encoding: .utf8)
        return (data, conf)
    }

    /// What clients have been told.
    private final class Answered: Sendable {
        private let numbers = Mutex<(last: [Int: Int], count: Int)>(([:], 0))

        /// The last file of each writer.
        var last: [Int: Int] { numbers.withLock { $0.last } }
        var count: Int { numbers.withLock { $0.count } }

        func note(_ number: Int, by writer: Int) {
            numbers.withLock {
                $0.last[writer] = number
                $0.count += 1
            }
        }
    }

    private static func body(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1000 + number * 7919 % 9000)
    }

    @Test func `a killed host leaves whole files, and the quota to the byte`() async throws {
        let (data, conf) = try Self.folder()
        var survivors: [Int: Int] = [:]
        for round in 0..<3 {
            let host = try await ChildProcess.serve(dataFolder: data, environment: ["PLUGINS_CONF": conf])
            defer { host.kill() }
            let client = TestClient(port: try #require(try await host.port(), "\(host.errors)"))
            let answered = Answered()
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for step in 0..<500 {
                            let number = round * 1000 + step
                            guard
                                let answer = try? await client.upload(
                                    "\(Self.base)?key=key/\(writer)", Self.body(number), method: .PUT),
                                answer.status == 200
                            else { return }
                            answered.note(number, by: writer)
                        }
                    }
                }
                // In the middle of it: after some have been answered, at no particular moment.
                while answered.count < 100 + 50 * round, host.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
                host.kill()
                _ = await host.status
                // Who asks a host that is dead need not wait for it.
                group.cancelAll()
            }
            survivors.merge(answered.last) { _, new in new }
        }
        let host = try await ChildProcess.serve(dataFolder: data, environment: ["PLUGINS_CONF": conf])
        defer { host.kill() }
        let client = TestClient(port: try #require(try await host.port(), "\(host.errors)"))
        let files = try await client.get("\(Self.base)/list").json["files"]?.elements ?? []
        #expect(files.count == 8)
        for (writer, number) in survivors {
            // What was answered is there, or what was put after it.
            let sum = try await client.get("\(Self.base)/sum?key=key/\(writer)").json
            let (bytes, total) = (sum["bytes"]?.int ?? 0, sum["sum"]?.int ?? -1)
            let last = (number..<number + 2).first { Self.body($0).count == bytes && Int(Self.body($0)[0]) * bytes == total }
            #expect(last != nil, "\(writer) \(number) \(sum.text)")
        }
        let used = files.reduce(0) { $0 + ($1["size"]?.int ?? 0) }
        func put(_ size: Int) async throws -> String? {
            let bytes = [UInt8](repeating: 1, count: size)
            return try await client.upload("\(Self.base)?key=rest", bytes, method: .PUT).json["refusal"]?.string
        }
        #expect(try await put(Self.quota - used + 1) == "quota")
        #expect(try await put(Self.quota - used) == nil)
        host.terminate()
        _ = await host.status
        try await TestDatabase.drop(for: data)
    }

    @Test func `a large file passes through a host that keeps little of it in memory`() async throws {
        let data = try TestFolders.temporary()
        let conf = data + "/files.conf"
        try "search_path = [\"\(TestFolders.staged)\"]\n[plugins.kit-features]\n"
            .write(toFile: conf, atomically: true, encoding: .utf8)
        let host = try await ChildProcess.serve(dataFolder: data, environment: ["PLUGINS_CONF": conf])
        defer { host.kill() }
        let client = TestClient(port: try #require(try await host.port(), "\(host.errors)"))
        // What is made at first use is not the file's.
        #expect(try await client.upload("\(Self.base)?key=warm", [1], method: .PUT).status == 200)
        #expect(try await client.get("\(Self.base)?key=warm").status == 200)
        let before = try host.memory("VmRSS")
        let size = 50 << 20
        var request = HTTPClientRequest(url: client.base + Self.base + "?key=big")
        request.method = .PUT
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .stream(
            AsyncStream { continuation in
                for _ in 0..<size >> 16 { continuation.yield(ByteBuffer(repeating: 7, count: 1 << 16)) }
                continuation.finish()
            }, length: .known(Int64(size)))
        let put = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        #expect(put.status == .ok)
        let answer = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: client.base + Self.base + "?key=big"), timeout: .seconds(120))
        var received = 0
        for try await piece in answer.body { received += piece.readableBytes }
        #expect(received == size)
        let growth = try host.memory("VmHWM") - before
        #expect(growth < 25 << 10, "\(growth) KiB")
        host.terminate()
        _ = await host.status
        try await TestDatabase.drop(for: data)
    }
}

extension ChildProcess {
    /// A figure of the system about its memory, in KiB.
    fileprivate func memory(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
