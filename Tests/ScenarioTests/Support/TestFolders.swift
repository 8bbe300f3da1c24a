import Foundation
import TestServers

/// Where things lie.
enum TestFolders {
    /// The package.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Where `scripts/sanitize` has built all plugins; nil in an ordinary run.
    private static let sanitized = ProcessInfo.processInfo.environment["HEARTH_SANITIZED_PLUGINS"]

    /// The shipped plugins as `scripts/stage` lays them out.
    static let staged = sanitized.map { $0 + "/shipped" } ?? package + "/.build/plugins"

    /// The plugins of `Tests/Plugins`, compiled when something has changed.
    static func testPlugins() throws -> String {
        if let sanitized { return sanitized + "/tests" }
        let folder = package + "/.build/test-plugins"
        let errors = try temporary() + "/errors"
        let build = try SpawnedProcess(package + "/Tests/Plugins/build", [folder], errors: errors)
        guard build.waitUntilExit() == 0 else { throw BuildFailure(errors: try String(contentsOfFile: errors, encoding: .utf8)) }
        return folder
    }

    struct BuildFailure: Error { let errors: String }

    /// A new folder, left to the system's own cleaning.
    static func temporary() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
