import CPostgres

/// An error as the server states it.
struct PostgresFailure: Equatable {
    var state: String
    var message: String
    var constraint: String?
    var table: String?
    var column: String?

    init(state: String, message: String) {
        self.state = state
        self.message = message
    }

    init(_ result: OpaquePointer) {
        func field(_ code: UInt8) -> String? {
            PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
        }
        state = field(UInt8(ascii: "C")) ?? ""
        message = field(UInt8(ascii: "M")) ?? String(cString: PQresultErrorMessage(result))
        constraint = field(UInt8(ascii: "n"))
        table = field(UInt8(ascii: "t"))
        column = field(UInt8(ascii: "c"))
    }

    /// Stopped by somebody's request, or by the time limit of the server.
    var isCancellation: Bool { state == "57014" }

    /// No prepared statement has this name.
    var isUnknownStatement: Bool { state == "26000" }

    /// A prepared statement has this name already.
    var isKnownStatement: Bool { state == "42P05" }

    /// The two sides differ about what is prepared, or the columns of the statement have changed: it must be prepared again.
    var isStalePlan: Bool {
        isUnknownStatement || isKnownStatement || (state == "0A000" && message.contains("cached plan"))
    }

    /// What it means to the caller.
    func error(sql: String?) -> DatabaseError {
        // A transaction that is run again prepares it anew.
        if isStalePlan { return DatabaseError(.serialization, message, sql: sql) }
        switch state {
        case "23505": return DatabaseError(.unique, message, constraint: constraint, sql: sql)
        case "23502":
            let name = table.flatMap { table in column.map { "\(table).\($0)" } }
            return DatabaseError(.constraint, message, constraint: name, sql: sql)
        case "40001", "40P01": return DatabaseError(.serialization, message, sql: sql)
        case "57014", "55P03": return DatabaseError(.timeout, "the statement ran for longer than is allowed", sql: sql)
        case "25P02": return DatabaseError(.rolledBack, message, sql: sql)
        case "25006": return DatabaseError(.refused, "a write in a read-only transaction: \(message)", sql: sql)
        case "22003": return DatabaseError(.refused, "a number is out of the range of its type", sql: sql)
        case "22012": return DatabaseError(.refused, "a division by zero", sql: sql)
        default: break
        }
        switch state.prefix(2) {
        case "23": return DatabaseError(.constraint, message, constraint: constraint, sql: sql)
        // Messages of this class hold values.
        case "22": return DatabaseError(.refused, "a value does not fit its type (SQLSTATE \(state))", sql: sql)
        case "42", "0A": return DatabaseError(.refused, message, sql: sql)
        case "54": return DatabaseError(.tooLarge, message, sql: sql)
        case "08", "53", "57", "58", "25": return DatabaseError(.unavailable, message, sql: sql)
        default: return DatabaseError(.failed, "\(message) (SQLSTATE \(state))", sql: sql)
        }
    }
}
