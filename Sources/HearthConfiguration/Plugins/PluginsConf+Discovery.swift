import FoundationEssentials

extension PluginsConf {
    /// Finds the folder of a plugin and reads its `plugin.toml`.
    ///
    /// - Throws: that no folder has it, with the plugin that was probably meant; everything that is wrong in the file; that
    ///   it belongs to a plugin of another id.
    public func manifest(of entry: PluginEntry) throws(ConfigurationErrors) -> PluginManifest {
        let candidates = entry.folder.map { [$0] } ?? searchPath.map { FilePath.resolve(entry.id, in: $0) }
        let files = candidates.map { FilePath.resolve("plugin.toml", in: $0) }
        guard let file = files.first(where: FileManager.default.fileExists(atPath:)) else {
            let message =
                entry.folder.map { "the folder \($0) has no plugin.toml" }
                ?? "no folder of search_path has \(entry.id)/plugin.toml; looked into \(searchPath.joined(separator: ", "))"
            let suggestion = entry.folder == nil ? Suggestion.nearest(to: entry.id, among: available().map(\.id)) : nil
            throw ConfigurationErrors([entry.error(message, suggestion: suggestion)])
        }
        let manifest = try PluginManifest(contentsOf: file)
        guard manifest.id == entry.id else {
            let message = "this is the plugin \"\(manifest.id)\", but \(path) calls it \"\(entry.id)\""
            throw ConfigurationErrors([manifest.error("id", message)])
        }
        return manifest
    }

    /// The plugins on the search path, whether `plugins.conf` names them or not, sorted by id. Folders without
    /// `plugin.toml` are none.
    public func available() -> [(id: String, folder: String)] {
        var found: [String: String] = [:]
        for folder in searchPath {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where found[name] == nil {
                let plugin = FilePath.resolve(name, in: folder)
                if FileManager.default.fileExists(atPath: FilePath.resolve("plugin.toml", in: plugin)) { found[name] = plugin }
            }
        }
        return found.sorted { $0.key < $1.key }.map { (id: $0.key, folder: $0.value) }
    }
}

extension PluginEntry {
    /// A fault of the plugin's table as a whole.
    func error(_ message: String, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(file: file, line: line, key: "plugins.\(id)", message: message, suggestion: suggestion)
    }
}
