/// Which plugins a host loads, from where, and with what: the file `plugins.conf`.
public struct PluginsConf: Sendable, Equatable {
    /// The file, as given.
    public let path: String
    /// The folders in which plugins are looked for, the first that has `<id>/plugin.toml` wins. Relative ones are
    /// taken from the folder of the file.
    public let searchPath: [String]
    /// The plugins, in the order of the file; disabled ones included.
    public let plugins: [PluginEntry]

    /// Reads the file.
    ///
    /// - Throws: everything that is wrong in it.
    public init(contentsOf path: String) throws(ConfigurationErrors) {
        try self.init(TOMLDocument(contentsOf: path), path: path)
    }

    /// Reads a text as if it stood at `path`.
    ///
    /// - Throws: everything that is wrong in it.
    public init(text: String, path: String = "plugins.conf") throws(ConfigurationErrors) {
        try self.init(TOMLDocument(text: text, file: path), path: path)
    }

    private init(_ document: TOMLDocument, path: String) throws(ConfigurationErrors) {
        self.path = path
        let folder = FilePath.folder(of: path)
        var reader = TableReader(document.root)
        reader.allow(only: ["search_path", "plugins"])
        let folders = reader.texts("search_path", expected: "a folder") { !$0.isEmpty }
        searchPath = (folders ?? [TextAt(text: "plugins")]).map { FilePath.resolve($0.text, in: folder) }
        var entries: [PluginEntry] = []
        for member in reader.table("plugins")?.members ?? [] {
            guard case .table(let table) = member.value else {
                let message = "expected a table, not \(member.value.named); write [plugins.\(member.key)]"
                reader.refuse([.init(file: path, line: member.line, key: "plugins.\(member.key)", message: message)])
                continue
            }
            var entryReader = TableReader(table)
            if let entry = PluginEntry(id: member.key, reader: &entryReader, folder: folder) { entries.append(entry) }
            reader.refuse(entryReader.errors)
        }
        plugins = entries
        try reader.errors.throwIfAny()
    }
}

/// What `plugins.conf` says about one plugin.
public struct PluginEntry: Sendable, Equatable {
    /// What to do when the plugin cannot be loaded or started.
    public enum OnError: String, Sendable, CaseIterable {
        /// The host does not start.
        case refuse
        /// The host starts without the plugin.
        case skip
    }

    /// The plugin, as its `plugin.toml` names it.
    public let id: String
    /// The folder that holds `plugin.toml`, where the operator named one; nil: found on the search path.
    public let folder: String?
    /// Whether it is loaded.
    public let enabled: Bool
    /// The interfaces that the operator grants; nil grants all that the plugin wants.
    public let grants: [String]?
    /// Whom it may call over HTTP; nil: nobody.
    public let client: ClientGrant?
    /// Which files it may keep.
    public let files: FileGrant
    /// What to do when it fails.
    public let onError: OnError
    /// The file and line of its table, for messages.
    public let file: String
    /// The line of its table.
    public let line: Int?
    /// The operator's settings, to be read by ``PluginManifest/settings(for:environment:)``.
    let settings: TOMLTree.Table
    let grantLines: [TextAt]

    init?(id: String, reader: inout TableReader, folder: String) {
        let table = reader.table
        if !PluginManifest.isIdentifier(id) {
            let message = "a plugin is named in lower-case letters, digits and hyphens, letter first, such as \"habits\""
            reader.refuse([.init(file: table.file, line: table.line, key: "plugins.\(id)", message: message)])
        }
        reader.allow(only: ["enabled", "library", "grants", "client", "files", "on_error", "settings"])
        self.id = id
        self.folder = reader.text("library", expected: "the folder that holds plugin.toml") { !$0.isEmpty }
            .map { FilePath.resolve($0, in: folder) }
        enabled = reader.boolean("enabled") ?? true
        let granted = reader.texts(
            "grants", expected: "an interface such as \"hearth.http/1\"", where: PluginManifest.isInterface)
        grants = granted?.map(\.text)
        grantLines = granted ?? []
        if let table = reader.table("client") {
            var clientReader = TableReader(table)
            client = ClientGrant(&clientReader)
            reader.refuse(clientReader.errors)
        } else {
            client = nil
        }
        if let table = reader.table("files") {
            var filesReader = TableReader(table)
            files = FileGrant(&filesReader)
            reader.refuse(filesReader.errors)
        } else {
            files = .standard
        }
        onError = reader.choice("on_error") ?? .refuse
        settings =
            reader.table("settings")
            ?? TOMLTree.Table(file: table.file, path: table.path + ["settings"], line: table.line, members: [])
        file = table.file
        line = table.line
        if !reader.errors.isEmpty { return nil }
    }

    /// The interfaces that the plugin may have: what it wants, restricted to what the operator grants.
    ///
    /// - Throws: a granted interface that the plugin does not ask for, with the one that was probably meant.
    public func grantedInterfaces(of manifest: PluginManifest) throws(ConfigurationErrors) -> Set<String> {
        var errors: [ConfigurationError] = []
        if let client, !manifest.wants.contains(ClientGrant.interface) {
            errors.append(
                .init(
                    file: file, line: client.line, key: "plugins.\(id).client",
                    message: "\(id) does not ask for \"\(ClientGrant.interface)\", so it calls nobody"))
        }
        if let line = files.line, !manifest.wants.contains(FileGrant.interface) {
            errors.append(
                .init(
                    file: file, line: line, key: "plugins.\(id).files",
                    message: "\(id) does not ask for \"\(FileGrant.interface)\", so it keeps no files"))
        }
        for (index, grant) in grantLines.enumerated() where !manifest.wants.contains(grant.text) {
            errors.append(
                .init(
                    file: file, line: grant.line, key: "plugins.\(id).grants[\(index)]",
                    message: "\(id) does not ask for \"\(grant.text)\"; it wants \(manifest.wants.joined(separator: ", "))",
                    suggestion: Suggestion.nearest(to: grant.text, among: manifest.wants)))
        }
        try errors.throwIfAny()
        return Set(grants ?? manifest.wants)
    }
}
