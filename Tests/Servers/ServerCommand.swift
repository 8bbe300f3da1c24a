import Foundation
import Glibc

/// Starts the programs of servers, which refuse to run as root.
public enum ServerCommand {
    /// A command failed.
    public struct Failure: Error, CustomStringConvertible {
        /// What it said.
        public let description: String
    }

    /// A command as a user who is not root.
    static func unprivileged(_ command: [String]) -> [String] {
        getuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command : command
    }

    /// Lets that user write into a folder.
    static func giveAway(_ folder: String) {
        if getuid() == 0, let user = getpwnam("postgres") { chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) }
    }

    /// Starts a server and does not wait for its end.
    static func start(_ command: [String], log: String) throws {
        let command = unprivileged(command)
        _ = try SpawnedProcess(command[0], Array(command.dropFirst()), in: "/", output: log, errors: log)
    }

    /// Waits until PostgreSQL, or what stands before it, answers.
    static func wait(for address: String) async throws {
        for attempt in 1... {
            do {
                _ = try await PostgresConsole(address)
                return
            } catch {
                // A machine that does much else takes its time.
                guard attempt < 1_200 else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Runs a command to its end. Throws ``Failure`` with what it wrote to standard error.
    public static func run(_ command: [String]) async throws {
        let errors = FileManager.default.temporaryDirectory.appending(path: "hearth-errors-\(UInt64.random(in: 0 ... .max))").path
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let process = try SpawnedProcess(command[0], Array(command.dropFirst()), in: "/", errors: errors)
        guard await process.status == 0 else {
            let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "\(command.joined(separator: " ")): \(said)")
        }
    }

    /// A port that nobody listens on.
    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutableBytes(of: &address) { bytes -> Int? in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), bind(descriptor, base, length) == 0,
                getsockname(descriptor, base, &length) == 0
            else { return nil }
            return Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
        guard let port else { throw Failure(description: "no port is free") }
        return port
    }
}
