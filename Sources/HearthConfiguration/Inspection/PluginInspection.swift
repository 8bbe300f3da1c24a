import FoundationEssentials

/// What can be said about a plugin on disk without running any of its code: nothing is loaded.
public struct PluginInspection: Sendable, CustomStringConvertible {
    /// What was inspected, as given.
    public let path: String
    /// What `plugin.toml` says; nil when only a library was given, or the file has faults.
    public let manifest: PluginManifest?
    /// What the library's file says; nil when it has faults.
    public let library: ELFLibrary?
    /// What keeps the plugin from being loaded.
    public let problems: [ConfigurationError]
    /// What can be loaded but should be mended.
    public let warnings: [ConfigurationError]

    /// Inspects a plugin.
    ///
    /// - Parameter path: the plugin's folder, its `plugin.toml`, or a library alone.
    public init(path: String) {
        self.path = path
        var isFolder = false
        var problems: [ConfigurationError] = []
        var warnings: [ConfigurationError] = []
        var manifest: PluginManifest?
        var libraryPath: String? = path
        if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            problems.append(.init(file: path, message: "there is no such file or folder"))
            libraryPath = nil
        } else if isFolder || path.hasSuffix(".toml") {
            do throws(ConfigurationErrors) {
                manifest = try PluginManifest(contentsOf: isFolder ? FilePath.resolve("plugin.toml", in: path) : path)
            } catch {
                problems += error.errors
            }
            libraryPath = manifest?.libraryPath
        }
        self.manifest = manifest
        library = libraryPath.flatMap { Self.read($0, &problems) }
        if let library, let libraryPath {
            Self.check(library, at: libraryPath, &problems, &warnings)
        }
        self.problems = problems
        self.warnings = warnings
    }

    private static func read(_ path: String, _ problems: inout [ConfigurationError]) -> ELFLibrary? {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            problems.append(.init(file: path, message: "the library is missing or cannot be read"))
            return nil
        }
        do throws(ELFError) {
            return try ELFLibrary(Array(bytes))
        } catch {
            problems.append(.init(file: path, message: error.description))
            return nil
        }
    }

    private static func check(
        _ library: ELFLibrary, at path: String, _ problems: inout [ConfigurationError], _ warnings: inout [ConfigurationError]
    ) {
        if library.machine != .ofThisHost {
            let message = "a library for \(library.machine); this host runs on \(ELFLibrary.Machine.ofThisHost)"
            problems.append(.init(file: path, message: message))
        }
        if !library.hasEntry {
            problems.append(
                .init(
                    file: path, message: "it does not export \(ELFLibrary.entry), so it is not a plugin",
                    suggestion: Suggestion.nearest(to: ELFLibrary.entry, among: library.exports)))
        }
        let others = library.exports.count - (library.hasEntry ? 1 : 0)
        if library.hasEntry, others > 0 {
            let message =
                "it exports \(others) more \(others == 1 ? "symbol" : "symbols"), which can clash with those of other libraries: "
                + "hide them with the linker version script plugin.map"
            warnings.append(.init(file: path, message: message))
        }
    }

    /// The report as text.
    public var description: String {
        var lines: [String] = []
        func line(_ name: String, _ value: String) {
            if !value.isEmpty { lines.append(name + String(repeating: " ", count: max(1, 14 - name.count)) + value) }
        }
        if let manifest { Self.describe(manifest, line) }
        if let library {
            line("library", manifest?.libraryPath ?? path)
            line("processor", "\(library.machine)")
            line("build id", library.buildID ?? "none")
            line("links", library.needed.joined(separator: ", "))
            line("exports", Self.shortened(library.exports))
            line("unloadable", library.nodelete ? "no (-z nodelete)" : "yes; the host never unloads it")
            line("constructors", String(library.constructors))
        }
        lines += warnings.map { "warning: \($0)" } + problems.map { "error: \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func describe(_ manifest: PluginManifest, _ line: (String, String) -> Void) {
        line("plugin", "\(manifest.id) \(manifest.version) (\(manifest.name))")
        line("", manifest.description)
        line("licence", manifest.licence)
        let abi = manifest.abi
        line("abi", abi.count == 1 ? "\(abi.lowerBound)" : "\(abi.lowerBound) to \(abi.upperBound)")
        line("provides", manifest.provides.joined(separator: ", "))
        line("needs", manifest.needs.joined(separator: ", "))
        line("uses", manifest.uses.joined(separator: ", "))
        line("wants", manifest.wants.joined(separator: ", "))
        for setting in manifest.settings {
            let kind = setting.secret ? "secret, \(setting.variable(of: manifest.id))" : setting.type.rawValue
            let need = setting.required ? ", required" : setting.defaultValue.map { ", default \($0.text)" } ?? ""
            let help = setting.description.isEmpty ? "" : ": \(setting.description)"
            line("setting", "\(setting.key) (\(kind)\(need))\(help)")
        }
        for data in manifest.personalData {
            let what = data.columns.map { "columns \($0.joined(separator: ", "))" } ?? "whole rows"
            line("personal data", "\(data.table), by \(data.users.joined(separator: " or ")): \(what)")
        }
    }

    /// A library may export thousands of symbols: the first few tell enough.
    private static func shortened(_ names: [String]) -> String {
        let shown = names.prefix(8).joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : names.isEmpty ? "nothing" : shown
    }
}
