import Foundation
import HearthThreads
import Synchronization
import Testing

@testable import HearthCache

/// The Redis of a test run.
enum TestRedis {
    struct Missing: Error, CustomStringConvertible {
        let description = "HEARTH_TEST_REDIS is not set: run the tests by scripts/test, or below scripts/with-servers"
    }

    static func address() throws -> RedisAddress {
        guard let url = ProcessInfo.processInfo.environment["HEARTH_TEST_REDIS"] else { throw Missing() }
        return try RedisAddress(url)
    }
}

/// A Redis of one test, to be stopped, frozen and started again.
final class PrivateRedis: Sendable {
    let port: Int
    let password: String?
    private let folder: String
    private let process = Mutex<Process?>(nil)

    init(password: String? = nil) throws {
        port = try Self.freePort()
        self.password = password
        folder = NSTemporaryDirectory() + "/hearth-redis-\(UInt32.random(in: 0 ..< .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try start()
    }

    /// Runs a body beside a Redis of its own.
    static func with(password: String? = nil, _ body: (PrivateRedis) async throws -> Void) async throws {
        let redis = try PrivateRedis(password: password)
        defer { redis.kill() }
        try await body(redis)
    }

    /// Time-outs are short where they are to happen, and long where a busy machine must not cause them.
    func configuration(timeout: Duration = .seconds(10)) throws -> RedisConfiguration {
        var configuration = RedisConfiguration(
            try RedisAddress("redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0"))
        configuration.commandTimeout = timeout
        configuration.connectTimeout = .seconds(5)
        configuration.heartbeat = .milliseconds(200)
        return configuration
    }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
                "--logfile", folder + "/log",
            ] + (password.map { ["--requirepass", $0] } ?? [])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        self.process.withLock { $0 = process }
        for _ in 0..<2_000 {
            if Self.accepts(port) { return }
            usleep(5_000)
        }
        throw POSIXError(.ETIMEDOUT)
    }

    func kill() {
        signal(SIGCONT)
        signal(SIGKILL)
        process.withLock { process in
            process?.waitUntilExit()
            process = nil
        }
    }

    func freeze() { signal(SIGSTOP) }
    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        process.withLock { process in
            if let process { Foundation.kill(process.processIdentifier, number) }
        }
    }

    private static func withSocket<R>(_ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func accepts(_ port: Int) -> Bool { withSocket(port) { connect($0, $1, $2) == 0 } }

    private static func freePort() throws -> Int {
        let port = withSocket(0) { descriptor, address, length -> Int in
            guard bind(descriptor, address, length) == 0 else { return 0 }
            var bound = sockaddr_in()
            var size = length
            let status = withUnsafeMutablePointer(to: &bound) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
            }
            return status == 0 ? Int(in_port_t(bigEndian: bound.sin_port)) : 0
        }
        guard port > 0 else { throw POSIXError(.EADDRINUSE) }
        return port
    }
}

/// The sockets of this process that are connected to a port of this machine, by descriptor and own port.
func sockets(to port: Int) -> Set<[Int]> {
    func portOf(
        _ descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(descriptor, $0, &size) }
        }
        return status == 0 && address.sin_family == sa_family_t(AF_INET) ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }
    return Set(
        (0..<4_096 as Range<Int32>).compactMap { descriptor in
            guard portOf(descriptor, { getpeername($0, $1, $2) }) == port else { return nil }
            return [Int(descriptor), portOf(descriptor) { getsockname($0, $1, $2) } ?? 0]
        })
}

func connections(to port: Int) -> Int { sockets(to: port).count }
