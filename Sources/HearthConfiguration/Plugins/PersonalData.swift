/// A table that holds data of users, and how it is erased with them.
public struct PersonalData: Sendable, Equatable {
    /// The table.
    public let table: String
    /// The columns that hold the id of a user: one, or several where a row belongs to several users. It goes with any of them.
    public let users: [String]
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
        let expected = "the column that holds the user's id"
        let users: [String]
        if case .array? = table["user"]?.value {
            users = reader.texts("user", expected: expected, where: isColumn)?.map(\.text) ?? []
            if users.isEmpty, reader.errors.isEmpty { reader.refuse("user", "expected at least one column") }
        } else {
            users = reader.text("user", required: true, expected: expected, where: isColumn).map { [$0] } ?? []
        }
        let columns = reader.texts("columns", expected: "the name of a column", where: isColumn)
        guard reader.errors.isEmpty else { return (nil, reader.errors) }
        return (PersonalData(table: member.key, users: users, columns: columns?.map(\.text)), [])
    }
}
