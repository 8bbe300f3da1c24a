/// What a plugin says about itself in `plugin.toml`, readable without running any of its code.
public struct PluginManifest: Sendable, Equatable {
    /// The name under which everything knows it: lower-case letters, digits and hyphens.
    public let id: String
    /// Its semantic version.
    public let version: String
    /// The versions of the frozen core that it runs on.
    public let abi: ClosedRange<UInt32>
    /// Its name for people.
    public let name: String
    /// What it does, in a sentence.
    public let description: String
    /// The licence, an SPDX expression.
    public let licence: String
    /// The file name of the library, beside `plugin.toml`.
    public let library: String
    /// Services that it offers to other plugins, such as `progression/1`.
    public let provides: [String]
    /// Services without which it cannot start.
    public let needs: [String]
    /// Services that it uses when somebody provides them.
    public let uses: [String]
    /// Interfaces of the host that it asks for, such as `hearth.http/1`.
    public let wants: [String]
    /// The settings that it has, in the order of the file.
    public let settings: [SettingDeclaration]
    /// Where it keeps a user's data, in the order of the file: so that erasure works even when the plugin is absent.
    public let personalData: [PersonalData]
    /// The file that it was read from.
    public let path: String
    /// The lines of the keys that messages refer to, by key.
    let lines: [String: Int]

    /// The folder that holds the manifest, the library, `migrations/`, `seeds/` and `templates/`.
    public var folder: String { FilePath.folder(of: path) }
    /// The path of the library.
    public var libraryPath: String { FilePath.resolve(library, in: folder) }

    /// Reads the file.
    ///
    /// - Throws: everything that is wrong in it.
    public init(contentsOf path: String) throws(ConfigurationErrors) {
        try self.init(TOMLDocument(contentsOf: path), path: path)
    }

    /// Reads a text as if it stood at `path`.
    ///
    /// - Throws: everything that is wrong in it.
    public init(text: String, path: String = "plugin.toml") throws(ConfigurationErrors) {
        try self.init(TOMLDocument(text: text, file: path), path: path)
    }

    private init(_ document: TOMLDocument, path: String) throws(ConfigurationErrors) {
        var reader = TableReader(document.root)
        reader.allow(only: [
            "id", "version", "abi", "name", "description", "licence", "library", "provides", "needs", "uses", "wants",
            "settings", "personal_data",
        ])
        self.path = path
        id =
            reader.text(
                "id", required: true, expected: "lower-case letters, digits and hyphens, letter first, such as \"habits\"",
                where: Self.isIdentifier) ?? ""
        version =
            reader.text(
                "version", required: true, expected: "a semantic version such as \"1.2.0\"", where: Self.isSemanticVersion) ?? ""
        abi =
            reader.text(
                "abi", required: true, expected: "a version such as \"1\" or a range such as \"1-2\"",
                where: { Self.range($0) != nil }
            ).flatMap(Self.range) ?? 1...1
        name = reader.text("name", expected: "a name of 1 to 60 characters") { (1...60).contains($0.count) } ?? id
        description = reader.text("description") ?? ""
        licence =
            reader.text("licence", required: true, expected: "an SPDX expression such as \"MIT\"") { !$0.isEmpty } ?? ""
        library =
            reader.text("library", required: true, expected: "the file name of the library, such as \"libHabits.so\"") {
                !$0.isEmpty && !$0.contains("/") && $0 != ".."
            } ?? ""
        let service = "a service such as \"progression/1\""
        provides = reader.texts("provides", expected: service, where: Self.isService)?.map(\.text) ?? []
        needs = reader.texts("needs", expected: service, where: Self.isService)?.map(\.text) ?? []
        uses = reader.texts("uses", expected: service, where: Self.isService)?.map(\.text) ?? []
        wants =
            reader.texts("wants", expected: "an interface such as \"hearth.http/1\"", where: Self.isInterface)?.map(\.text) ?? []
        for service in needs where provides.contains(service) {
            reader.refuse("needs", "\"\(service)\" is what the plugin itself provides")
        }
        for service in uses where needs.contains(service) || provides.contains(service) {
            let other = needs.contains(service) ? "needs" : "provides"
            reader.refuse("uses", "\"\(service)\" is listed under \(other) already")
        }
        var settings: [SettingDeclaration] = []
        for member in reader.table("settings")?.members ?? [] {
            let (declaration, errors) = SettingDeclaration.read(member, of: id, file: path)
            reader.refuse(errors)
            if let declaration { settings.append(declaration) }
        }
        self.settings = settings
        var personalData: [PersonalData] = []
        for member in reader.table("personal_data")?.members ?? [] {
            let (declaration, errors) = PersonalData.read(member, of: id, file: path)
            reader.refuse(errors)
            if let declaration { personalData.append(declaration) }
        }
        self.personalData = personalData
        lines = document.root.members.reduce(into: [:]) { $0[$1.key] = $1.line }
        try reader.errors.throwIfAny()
    }

    /// Whether a text can name a plugin.
    static func isIdentifier(_ text: String) -> Bool {
        isWord(text, also: "-") && text.utf8.count <= 40 && !text.hasSuffix("-")
    }

    /// `progression/1`
    static func isService(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && isWord(parts[0], also: "-_") && version(parts[1]) != nil
    }

    /// `hearth.http/1`
    static func isInterface(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, version(parts[1]) != nil else { return false }
        let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return words.count >= 2 && words.allSatisfy { isWord($0, also: "_-") }
    }

    /// Lower-case letters and digits, a letter first.
    static func isWord(_ text: some StringProtocol, also others: String) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || others.utf8.contains($0)
        }
    }

    /// A positive number without leading zeros or signs.
    private static func version(_ text: some StringProtocol) -> UInt32? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !text.hasPrefix("0") else {
            return nil
        }
        return UInt32(text)
    }

    private static func range(_ text: String) -> ClosedRange<UInt32>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { version($0) }
        switch parts.count {
        case 1: return parts[0].map { $0...$0 }
        case 2:
            guard let lower = parts[0], let upper = parts[1], lower <= upper else { return nil }
            return lower...upper
        default: return nil
        }
    }

    private static func isSemanticVersion(_ text: String) -> Bool {
        text.wholeMatch(
            of: #/(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?/#) != nil
    }
}
