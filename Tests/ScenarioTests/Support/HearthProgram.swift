import Foundation
import TestServers

/// The program `hearth` as an operator starts it: the real binary, in a process of its own.
struct HearthProgram {
    /// The folder that its data and `plugins.conf` are in; removed by nobody but the system.
    let folder: String
    /// Variables beyond those that keep it away from the machine's own.
    var variables: [String: String] = [:]

    /// What a run gave.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// The lines of the output.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// - Parameter conf: the text of `plugins.conf` below its search path, which names the shipped and the test plugins
    init(conf: String = "") throws {
        folder = try TestFolders.temporary()
        let text = "search_path = [\"\(TestFolders.staged)\", \"\(try TestFolders.testPlugins())\"]\n\(conf)\n"
        try text.write(toFile: folder + "/plugins.conf", atomically: true, encoding: .utf8)
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: behind `hearth`
    ///   - input: what it reads on standard input
    /// - Returns: what it wrote, and its exit status
    func run(_ arguments: String..., input: String = "") async throws -> Outcome { try await run(arguments, input: input) }

    /// As ``run(_:input:)-(String...,_)``.
    func run(_ arguments: [String], input: String = "") async throws -> Outcome {
        // A plugin is looked at without the host's data.
        let database = arguments.first == "plugin" ? [:] : try await TestDatabase.variables(for: folder)
        let environment = [
            "HEARTH_DATA": folder + "/data", "PLUGINS_CONF": folder + "/plugins.conf", "HOST": "127.0.0.1", "PORT": "0",
            "BCRYPT_COST": "4", "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
        ].merging(database) { _, new in new }.merging(variables) { _, new in new }
        // Files and not pipes: nothing can fill up, and a child that is left behind holds nobody up.
        let files = ["in", "out", "err"].map { folder + "/std\($0)-\(UUID().uuidString)" }
        for file in files {
            _ = FileManager.default.createFile(atPath: file, contents: Data(file == files[0] ? input.utf8 : "".utf8))
        }
        let process = try SpawnedProcess(
            TestFolders.package + "/.build/debug/hearth", arguments, environment: environment, input: files[0], output: files[1],
            errors: files[2])
        return Outcome(
            status: await process.status, output: try String(contentsOfFile: files[1], encoding: .utf8),
            errors: try String(contentsOfFile: files[2], encoding: .utf8))
    }
}
