/// On whose behalf a statement runs, and so which tables it may touch. Protection from accidents, not from malice.
public struct TableScope: Sendable, Hashable {
    enum Reach: Sendable, Hashable {
        /// Tables named after the owner.
        case own
        /// All tables: the host's own, and for erasure and export those of plugins.
        case all
        /// All tables, and the rules of SQL are not applied: statements that this module wrote or translated itself.
        case unchecked
    }

    /// Who asks: the id of a plugin, or `hearth`.
    public let owner: String
    let reach: Reach
    /// The id as it begins the names of tables.
    let prefix: String

    private init(owner: String, reach: Reach) {
        self.owner = owner
        self.reach = reach
        prefix = String(owner.map { $0 == "-" ? "_" : $0 })
    }

    /// The scope of a plugin: the tables `<id>` and `<id>_…`, with hyphens of the id as underscores.
    public static func plugin(_ id: String) -> TableScope { TableScope(owner: id, reach: .own) }

    /// The scope of the host: all tables, under the same rules of SQL.
    public static let host = TableScope(owner: "hearth", reach: .all)

    /// Statements that were written or translated for the engine at hand.
    static func unchecked(_ owner: String) -> TableScope { TableScope(owner: owner, reach: .unchecked) }

    /// Whether the owner may touch a table.
    public func owns(table: String) -> Bool {
        guard reach == .own else { return true }
        let table = table.lowercased()
        return table == prefix || table.hasPrefix(prefix + "_")
    }
}
