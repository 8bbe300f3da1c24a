import Foundation
import Glibc

/// A PostgreSQL of a test's own, which the test may kill, freeze and start again. Its data is on disk, as in production.
public final class PrivatePostgres: @unchecked Sendable {
    // Unchecked: a test uses it from one task at a time.
    private let folder: String
    private let program: String
    private let port: Int
    private let connections: Int

    /// - Parameter connections: how many the server takes
    public init(connections: Int = 50) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "hearth-postgres-\(UInt64.random(in: 0 ... .max))").path
        self.connections = connections
        port = try ServerCommand.freePort()
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init).sorted()
        guard let version = versions.last else { throw ServerCommand.Failure(description: "there is no PostgreSQL in \(root)") }
        program = "\(root)/\(version)/bin"
    }

    /// The address of its database, over TCP.
    public var address: String { "postgresql://hearth@127.0.0.1:\(port)/postgres" }

    /// The certificate that it proves itself with, when it was made with `create(tls: true)`.
    public var certificate: String { "\(folder)/server.crt" }

    /// Makes the server without starting it.
    ///
    /// - Parameter tls: whether it takes connections with TLS alone, by a certificate for 127.0.0.1 that it has signed itself
    public func create(tls: Bool = false) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        ServerCommand.giveAway(folder)
        try await ServerCommand.run(
            ServerCommand.unprivileged([
                "\(program)/initdb", "-D", "\(folder)/data", "-U", "hearth", "--auth=trust", "--no-sync", "--encoding=UTF8",
                "--locale=C.UTF-8",
            ]))
        try await ServerCommand.run(
            ServerCommand.unprivileged([
                "/bin/sh", "-c",
                """
                cat >>\(folder)/data/postgresql.conf <<CONF
                listen_addresses = '127.0.0.1'
                port = \(port)
                unix_socket_directories = ''
                max_connections = \(connections)
                shared_buffers = 32MB
                CONF
                """,
            ]))
        guard tls else { return }
        try await ServerCommand.run(
            ServerCommand.unprivileged([
                "/bin/sh", "-c",
                """
                cd \(folder) && umask 077 && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hearth-test \
                    -addext subjectAltName=IP:127.0.0.1 -keyout server.key -out server.crt
                chmod 644 server.crt && chmod 755 .
                cat >>data/postgresql.conf <<CONF
                ssl = on
                ssl_cert_file = '\(folder)/server.crt'
                ssl_key_file = '\(folder)/server.key'
                CONF
                echo 'hostssl all all 127.0.0.1/32 trust' >data/pg_hba.conf
                """,
            ]))
    }

    /// Starts it, and waits until it answers.
    public func start() async throws {
        try ServerCommand.start(["\(program)/postgres", "-D", "\(folder)/data"], log: "\(folder)/log")
        try await ServerCommand.wait(for: address)
    }

    /// The number of its first process; nil when it does not run.
    public var process: Int32? {
        guard let text = try? String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first.flatMap { Int32($0) }.flatMap { Self.isServer($0) ? $0 : nil }
    }

    /// Ends it as a crash does: the first process is killed, and the others end when they notice.
    public func kill() async throws {
        guard let process else { return }
        let others = Self.children(of: process)
        Glibc.kill(process, SIGKILL)
        // A new server does not start before they are gone.
        for _ in 0..<1_000 where others.contains(where: { Self.isServer($0) }) { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Ends it and removes it.
    public func remove() {
        if let process {
            let others = Self.children(of: process)
            Glibc.kill(process, SIGCONT)
            Glibc.kill(process, SIGQUIT)
            for other in others { Glibc.kill(other, SIGCONT) }
            for _ in 0..<1_000 where Self.isServer(process) { usleep(10_000) }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func children(of parent: Int32) -> [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { process in
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let end = stat.lastIndex(of: ")")
            else { return false }
            // Behind the name: state, parent.
            let fields = stat[end...].split(separator: " ")
            return fields.count > 2 && fields[2] == "\(parent)"
        }
    }

    /// Whether a process is one of PostgreSQL that has not ended.
    private static func isServer(_ process: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return stat.contains("(postgres)") && !stat.contains("(postgres) Z")
    }
}
