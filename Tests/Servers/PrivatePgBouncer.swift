import Foundation
import Glibc

/// A PgBouncer of a test's own, in transaction mode, before the PostgreSQL of the run.
public final class PrivatePgBouncer: Sendable {
    private let folder: String
    private let port: Int

    /// Starts it, and waits until it answers.
    ///
    /// - Parameters:
    ///   - server: the address of PostgreSQL, with host and port
    ///   - connections: how many it opens to a database
    public init(before server: String, connections: Int) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "hearth-pgbouncer-\(UInt64.random(in: 0 ... .max))").path
        port = try ServerCommand.freePort()
        guard let target = URLComponents(string: server), let host = target.host, let targetPort = target.port else {
            throw ServerCommand.Failure(description: "the address has no host and port: \(server)")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try """
        [databases]
        * = host=\(host) port=\(targetPort)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = trust
        auth_file = \(folder)/users
        pool_mode = transaction
        default_pool_size = \(connections)
        max_client_conn = 100
        logfile = \(folder)/log
        pidfile = \(folder)/pid
        """.write(toFile: folder + "/ini", atomically: true, encoding: .utf8)
        try "\"hearth\" \"\"\n".write(toFile: folder + "/users", atomically: true, encoding: .utf8)
        ServerCommand.giveAway(folder)
        try ServerCommand.start(["/usr/sbin/pgbouncer", "-q", folder + "/ini"], log: folder + "/output")
        try await ServerCommand.wait(for: address(of: "postgres"))
    }

    /// The address of a database behind it.
    public func address(of database: String) -> String { "postgresql://hearth@127.0.0.1:\(port)/\(database)" }

    /// Ends it and removes it.
    public func remove() {
        if let text = try? String(contentsOfFile: folder + "/pid", encoding: .utf8),
            let process = Int32(text.prefix { $0.isNumber })
        {
            kill(process, SIGKILL)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
