import Foundation
import Glibc
import Synchronization

/// A Redis of one test, to be killed, frozen and started again.
public final class PrivateRedis: Sendable {
    /// Where it listens, on the loopback.
    public let port: Int
    private let password: String?
    private let folder: String
    private let process = Mutex<SpawnedProcess?>(nil)

    /// Starts it, and waits until it takes connections.
    ///
    /// - Parameter password: what it wants to hear before it answers
    public init(password: String? = nil) throws {
        port = try ServerCommand.freePort()
        self.password = password
        folder = FileManager.default.temporaryDirectory.appending(path: "hearth-redis-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try start()
    }

    /// Its address, with the password.
    public var address: String { "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0" }

    /// Starts it anew, empty, on the same port.
    public func start() throws {
        let process = try SpawnedProcess(
            "/usr/bin/env",
            [
                "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
                "--logfile", folder + "/log",
            ] + (password.map { ["--requirepass", $0] } ?? []))
        self.process.withLock { $0 = process }
        for _ in 0..<6_000 {
            if accepts() { return }
            usleep(5_000)
        }
        throw ServerCommand.Failure(description: "Redis does not listen")
    }

    /// Ends it as a crash does.
    public func kill() {
        signal(SIGCONT)
        signal(SIGKILL)
        process.withLock { process in
            _ = process?.waitUntilExit()
            process = nil
        }
    }

    /// Stops it where it is: it takes connections and answers nothing.
    public func freeze() { signal(SIGSTOP) }

    /// Lets it go on.
    public func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        process.withLock { $0?.signal(number) }
    }

    private func accepts() -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
