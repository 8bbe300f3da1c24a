import CHearth

/// One statement of SQL with its parameters and the types that the reader wants.
public struct Statement: Sendable {
    /// The SQL, by the rules of docs/sql.md; parameters are `$1`, `$2`, ….
    public var sql: String
    /// The parameters; `$1` is the first.
    public var parameters: [DatabaseValue]
    /// The types that the reader wants, one a column of the result; empty for a statement without rows.
    public var columns: [hearth_type]

    /// Makes a statement.
    public init(_ sql: String, _ parameters: [DatabaseValue] = [], columns: [hearth_type] = []) {
        self.sql = sql
        self.parameters = parameters
        self.columns = columns
    }
}

/// Limits that hold on every engine.
public enum DatabaseLimits {
    /// Rows of one result.
    public static let rows = 100_000
    /// Bytes of one result.
    public static let resultBytes = 256 << 20
    /// Statements of one call.
    public static let statements = 1_000
    /// Parameters of one statement. libpq gives a connection up on which it is told the types of more than 7,498: a message of that
    /// kind may have 30,000 bytes.
    public static let parameters = 5_000
    /// Elements of a list parameter.
    public static let listElements = 10_000
}
