import Synchronization

/// The one SQL of both engines: refuses what only one of them has, with a message that names the cure, and translates the
/// rest. Each distinct text is checked once.
public final class SQLRules: Sendable {
    private struct Key: Hashable {
        let scope: TableScope
        let sql: String
    }
    private struct State {
        var checked: [Key: Result<CheckedStatement, DatabaseError>] = [:]
        var catalogue = SchemaCatalogue()
    }

    /// How many texts are remembered. Code that makes SQL of values instead of passing parameters would exceed any number.
    private static let capacity = 4_096

    /// For which engine statements are translated.
    public let dialect: Dialect
    private let state = Mutex(State())

    /// Makes the rules for an engine.
    public init(dialect: Dialect) { self.dialect = dialect }

    /// Takes over what migrations say about tables: from then on a nullable column is not ordered by without
    /// `NULLS FIRST` or `NULLS LAST`, since the engines differ in it.
    public func learn(_ catalogue: SchemaCatalogue) {
        state.withLock { state in
            state.catalogue.merge(catalogue)
            state.checked.removeAll()
        }
    }

    /// Checks a statement without running it. Throws `refused` with the reason and the cure.
    public func check(_ sql: String, scope: TableScope) throws(DatabaseError) {
        _ = try checked(sql, scope: scope)
    }

    /// The translation of a statement.
    func checked(_ sql: String, scope: TableScope) throws(DatabaseError) -> CheckedStatement {
        let key = Key(scope: scope, sql: sql)
        let known = state.withLock { (result: $0.checked[key], catalogue: $0.catalogue) }
        if let result = known.result { return try result.get() }
        let result = Self.translate(sql, scope: scope, dialect: dialect, catalogue: known.catalogue)
        // Two threads may have made it at once: the first one counts, so that connections prepare it once.
        let kept = state.withLock { state in
            if let earlier = state.checked[key] { return earlier }
            if state.checked.count >= Self.capacity { state.checked.removeAll(keepingCapacity: true) }
            state.checked[key] = result
            return result
        }
        return try kept.get()
    }

    private static func translate(
        _ sql: String, scope: TableScope, dialect: Dialect, catalogue: SchemaCatalogue
    )
        -> Result<CheckedStatement, DatabaseError>
    {
        guard scope.reach != .unchecked else { return .success(CheckedStatement(unchecked: sql)) }
        do throws(SQLRefusal) {
            let tokens = try SQLTokenizer.tokens(of: sql)
            var checker = SQLChecker(sql: sql, tokens: tokens, scope: scope, dialect: dialect, catalogue: catalogue)
            return .success(try checker.translate())
        } catch {
            return .failure(DatabaseError(.refused, error.message, sql: sql))
        }
    }
}
