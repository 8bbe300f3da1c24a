import CHearth
import Synchronization

/// A statement as it is prepared: its text and the types of its parameters and columns. Known after the server has described
/// it once, and then prepared on each connection without asking.
///
/// `@unchecked Sendable`: the types are written once, before the shape is used by anybody else, on the thread of the loop, as is
/// what is learned about its duration.
final class PostgresShape: @unchecked Sendable {
    private static let lastIdentity = Atomic<Int>(0)

    /// The name of a statement that is replaced by the next one.
    nonisolated(unsafe) static let noName: UnsafePointer<CChar> = {
        let name = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        name.initialize(to: 0)
        return UnsafePointer(name)
    }()

    let identity: Int
    let sql: String
    /// The name under which it is prepared, as C takes it.
    let name: UnsafePointer<CChar>
    /// Types that are stated to the server; 0 where it shall infer them. Replaced by what it described.
    var parameters: [UInt32]
    var columns: [UInt32] = []
    /// Which parameters have a stated type, four bits each: those whose values the inferred types do not take.
    let declared: UInt64
    /// It has taken long: it does not share a unit with others.
    var isSlow = false

    init(sql: String, parameters: [UInt32] = [], declared: UInt64 = 0) {
        identity = Self.lastIdentity.add(1, ordering: .relaxed).newValue
        self.sql = sql
        self.parameters = parameters
        self.declared = declared
        let text = "h\(identity)".utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
        for (index, character) in text.enumerated() { copy[index] = character }
        name = UnsafePointer(copy)
    }

    deinit { name.deallocate() }

    /// Refuses columns that are not those of the statement, before it is run.
    func check(_ statement: Statement) throws(DatabaseError) {
        guard statement.columns.count == columns.count else { throw Self.columnsDiffer(columns.count, statement) }
        for column in columns.indices where PostgresReading.of(columns[column], as: statement.columns[column]) == nil {
            throw Self.typesDiffer(column, columns[column], statement)
        }
    }

    static func columnsDiffer(_ count: Int, _ statement: Statement) -> DatabaseError {
        DatabaseError(
            .refused, "the result has \(count) columns, and types of \(statement.columns.count) were asked for",
            sql: statement.sql)
    }

    static func typesDiffer(_ column: Int, _ type: UInt32, _ statement: Statement) -> DatabaseError {
        DatabaseError(
            .refused,
            "column \(column + 1) holds \(PostgresType.label(type)), and \(DatabaseType.name(statement.columns[column])) was "
                + "asked for", sql: statement.sql)
    }
}
