import Foundation
import HearthThreads

private typealias Thread = HearthThreads.Thread

/// A PostgreSQL of a test's own, which it may kill.
final class OwnServer: Sendable {
    struct Failure: Error { let message: String }

    private let folder: String
    private let port: Int

    private init(folder: String, port: Int) {
        self.folder = folder
        self.port = port
    }

    var address: String { "postgresql://hearth@127.0.0.1:\(port)/postgres" }

    /// Starts a server, and ends it after the body.
    static func with(_ body: (OwnServer) async throws -> Void) async throws {
        _ = try TestServer.address
        let folder = "/tmp/hearth-own-\(UInt64.random(in: 0 ..< .max))"
        let free = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let port = Int(try await shell("python3 -c \"\(free)\"").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        let server = OwnServer(folder: folder, port: port)
        try await shell(
            """
            mkdir -p \(folder)/data; [ $(id -u) -ne 0 ] || chown -R postgres \(folder)
            \(asPostgres) $bin/initdb -D \(folder)/data -U hearth --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >/dev/null
            cat >>\(folder)/data/postgresql.conf <<CONF
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = ''
            CONF
            """)
        do {
            try await server.start()
            try await body(server)
        } catch {
            await server.remove()
            throw error
        }
        await server.remove()
    }

    private static let asPostgres = """
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1); [ -n "$bin" ] || bin=$(dirname $(command -v initdb))
        as=; [ $(id -u) -ne 0 ] || as='setpriv --reuid=postgres --regid=postgres --clear-groups'
        $as
        """

    func start() async throws {
        try await Self.shell(
            "\(Self.asPostgres) $bin/pg_ctl -D \(folder)/data -l \(folder)/data/log -w -t 30 -s start >/dev/null 2>&1")
    }

    /// Kills all of it at once, as a loss of power would.
    func kill() async throws {
        try await Self.shell(
            """
            main=$(head -1 \(folder)/data/postmaster.pid); kill -STOP $main
            kill -KILL $(pgrep -P $main) $main 2>/dev/null; sleep 0.3
            # In a container that buries no orphans the dead still have a number, and pg_ctl would take them for alive.
            rm -f \(folder)/data/postmaster.pid
            """)
    }

    private func remove() async {
        _ = try? await Self.shell(
            "kill -KILL $(head -1 \(folder)/data/postmaster.pid) $(pgrep -P $(head -1 \(folder)/data/postmaster.pid)); rm -rf \(folder)"
        )
    }

    /// How many sockets of this process lead to the server.
    func sockets() -> Int {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let own = Set(files.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") })
        // Not String(contentsOfFile:), which stops after the first part that the system gives.
        let table = fopen("/proc/self/net/tcp", "r").map { stream in
            defer { fclose(stream) }
            return Self.text(of: stream)
        }
        let lines = (table ?? "").split(separator: "\n")
        let remote = ":" + String(port, radix: 16, uppercase: true)
        return lines.count { line in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2].hasSuffix(remote) && own.contains("socket:[\(fields[9])]")
        }
    }

    /// Runs commands on a thread that may block, and gives what they print.
    @discardableResult
    private static func shell(_ commands: String) async throws -> String {
        try await withUnsafeThrowingContinuation { continuation in
            Thread("test shell") {
                guard let stream = popen(commands, "r") else {
                    return continuation.resume(throwing: Failure(message: "no process can be started"))
                }
                let text = text(of: stream)
                if pclose(stream) == 0 {
                    continuation.resume(returning: text)
                } else {
                    continuation.resume(throwing: Failure(message: "failed: \(commands)"))
                }
            }.start()
        }
    }

    private static func text(of stream: UnsafeMutablePointer<FILE>) -> String {
        var text: [UInt8] = []
        while case let character = getc(stream), character != EOF { text.append(UInt8(truncatingIfNeeded: character)) }
        return String(decoding: text, as: UTF8.self)
    }
}
