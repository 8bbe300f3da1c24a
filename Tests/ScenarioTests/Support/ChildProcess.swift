import Foundation
import Glibc
import TestServers

/// A program in a process of its own, of which everything that it writes is kept.
final class ChildProcess: Sendable {
    private let process: SpawnedProcess
    private let folder: String

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments.
    ///   - environment: All of its variables.
    init(_ path: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        folder = try TestFolders.temporary()
        process = try SpawnedProcess(
            path, arguments, environment: environment, output: folder + "/out", errors: folder + "/err")
    }

    /// Its exit status, negative for a signal; waits for the end.
    var status: Int32 { get async { await process.status } }

    var isRunning: Bool { process.isRunning }

    /// What it has written to standard output.
    var output: String { text("out") }

    /// What it has written to standard error.
    var errors: String { text("err") }

    /// Sends SIGTERM.
    func terminate() { process.signal(SIGTERM) }

    /// Its number.
    var id: Int32 { process.id }

    /// Ends it without mercy, for scenarios that have failed.
    func kill() { process.signal(SIGKILL) }

    private func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
    }

    /// What a program prints that ends by itself.
    static func output(of path: String, _ arguments: [String]) async throws -> String {
        let process = try ChildProcess(path, arguments)
        _ = await process.status
        return process.output
    }

    /// Starts the product, `hearth serve`, on a port of the system's choice.
    ///
    /// - Parameters:
    ///   - dataFolder: Its data folder, which also gets its `plugins.conf` unless the environment names one.
    ///   - environment: Variables beyond `PATH` and those that tests need.
    static func serve(dataFolder: String, environment: [String: String] = [:]) async throws -> ChildProcess {
        let conf = dataFolder + "/plugins.conf"
        try "search_path = [\"\(TestFolders.staged)\"]\n[plugins.habits]\n".write(toFile: conf, atomically: true, encoding: .utf8)
        var variables = [
            "PATH": "/usr/bin:/bin", "HOST": "127.0.0.1", "PORT": "0", "HEARTH_DATA": dataFolder, "PLUGINS_CONF": conf,
            "BCRYPT_COST": "4", "RATE_LIMIT": "off",
        ]
        variables.merge(try await TestDatabase.variables(for: dataFolder)) { _, new in new }
        variables.merge(environment) { _, new in new }
        return try ChildProcess(
            TestFolders.package + "/.build/debug/hearth", ["serve"], environment: variables.filter { !$0.value.isEmpty })
    }

    /// The port on which the product serves, once it does; nil when it has ended instead.
    func port() async throws -> Int? {
        while isRunning {
            if let match = errors.firstMatch(of: /127\.0\.0\.1:([0-9]+)/), let port = Int(match.1), port > 0 { return port }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
