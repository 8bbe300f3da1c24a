import ArgumentParser
import Foundation
import HearthConfiguration
import HearthHost

#if canImport(Glibc)
    import Glibc
#endif

/// `hearth plugin check PATH`: runs a plugin in a child process with a throw-away host, and tells what it does wrong.
struct PluginCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Load a plugin into a throw-away host in a child process, and report each fault.",
        discussion: """
            Takes the plugin through its life twice, calls every operation that needs nothing but a caller, and compares the \
            answers with their description. Secret settings come from the environment, as for serve. Exits with 0 when no \
            rule is broken, else with 1.
            """)

    @Argument(help: "The folder of the plugin.", completion: .directory)
    var path: String

    @Option(
        name: .customLong("with"),
        help: "The folder of a plugin to load beside it: a provider of what it needs, or a neighbour. Repeatable.",
        completion: .directory)
    var neighbours: [String] = []

    @Option(name: .customLong("set"), help: "A setting as KEY=VALUE, the value in TOML. Repeatable.")
    var settings: [String] = []

    /// Set in the child process: the folder for its data.
    @Option(name: .customLong("in-child"), help: .hidden)
    var workFolder: String?

    func run() async throws {
        if let workFolder { try await check(in: workFolder) }
        let inspection = PluginInspection(path: path)
        guard let manifest = inspection.manifest, inspection.problems.isEmpty else {
            for problem in inspection.problems { print(Self.line("FAIL", "inspection", "\(problem)")) }
            if inspection.problems.isEmpty {
                print(Self.line("FAIL", "inspection", "\(path): a library alone says too little; name the plugin's folder"))
            }
            throw ExitCode.failure
        }
        print(Self.line("ok", "inspection", "\(manifest.path) and \(manifest.library) can be loaded"))
        var isClean = inspection.warnings.isEmpty
        for warning in inspection.warnings { print(Self.line("FAIL", "exports", "\(warning)")) }
        if isClean { print(Self.line("ok", "exports", "hearth_plugin_entry and nothing else")) }
        let child = try PluginCheckChild(arguments: arguments)
        if !child.run({ print(Self.line($0, $1, $2)) }) { isClean = false }
        guard isClean else { throw ExitCode.failure }
    }

    private var arguments: [String] {
        ["plugin", "check", path] + neighbours.flatMap { ["--with", $0] } + settings.flatMap { ["--set", $0] }
    }

    /// `ok    rule          text`
    static func line(_ verdict: String, _ rule: String, _ text: String) -> String {
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        return padded(verdict, 6) + padded(rule, 14) + text
    }

    /// The child: loads the plugin, writes report lines for the parent, and ends at once, whatever threads the plugin has left.
    private func check(in workFolder: String) async throws -> Never {
        // What the plugin prints does not belong into the report.
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        @Sendable func tell(_ line: CheckLine) {
            let bytes = Array("\(line.text)\n".utf8)
            _ = write(output, bytes, bytes.count)
        }
        do throws(ConfigurationErrors) {
            let manifest = try PluginManifest(contentsOf: path + "/plugin.toml")
            var others: [PluginManifest] = []
            for folder in neighbours { others.append(try PluginManifest(contentsOf: folder + "/plugin.toml")) }
            let check = PluginCheck(
                manifest, beside: others, settings: settings, workFolder: workFolder,
                variables: ProcessInfo.processInfo.environment, tell: tell)
            _exit(await check.run() ? 0 : 1)
        } catch {
            tell(.failed(rule: "inspection", "\(error)"))
            _exit(1)
        }
    }
}
