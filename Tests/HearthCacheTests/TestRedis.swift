import Foundation
import TestServers
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

extension PrivateRedis {
    /// Runs a body beside a Redis of its own.
    static func with(password: String? = nil, _ body: (PrivateRedis) async throws -> Void) async throws {
        let redis = try PrivateRedis(password: password)
        defer { redis.kill() }
        try await body(redis)
    }

    /// Time-outs are short where they are to happen, and long where a busy machine must not cause them.
    func configuration(timeout: Duration = .seconds(10)) throws -> RedisConfiguration {
        var configuration = RedisConfiguration(try RedisAddress(address))
        configuration.commandTimeout = timeout
        configuration.connectTimeout = .seconds(5)
        configuration.heartbeat = .milliseconds(200)
        return configuration
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
