/// A table that holds data of users, and how it is erased with them.
public struct PersonalData: Sendable, Equatable {
    /// The table.
    public let table: String
    /// The column that holds the user's id.
    public let user: String
    /// The columns to set to NULL; nil: the whole row goes.
    public let columns: [String]?

    static func read(_ member: TOMLTree.Member, of id: String, file: String) -> (PersonalData?, [ConfigurationError]) {
        guard case .table(let table) = member.value else {
            let message = "expected a table such as { user = \"user_id\" }, not \(member.value.named)"
            return (nil, [.init(file: file, line: member.line, key: "personal_data.\(member.key)", message: message)])
        }
        var reader = TableReader(table)
        let prefix = id.replacing("-", with: "_")
        if !PluginManifest.isWord(member.key, also: "_") || !(member.key == prefix || member.key.hasPrefix(prefix + "_")) {
            let message = "a plugin's tables are named after it: \(prefix) or \(prefix)_…"
            reader.refuse([.init(file: file, line: member.line, key: "personal_data.\(member.key)", message: message)])
        }
        reader.allow(only: ["user", "columns"])
        let isColumn = { (text: String) in PluginManifest.isWord(text, also: "_") }
        let user = reader.text("user", required: true, expected: "the column that holds the user's id", where: isColumn)
        let columns = reader.texts("columns", expected: "the name of a column", where: isColumn)
        guard let user, reader.errors.isEmpty else { return (nil, reader.errors) }
        return (PersonalData(table: member.key, user: user, columns: columns?.map(\.text)), [])
    }
}
