import CSQLite

extension DatabaseError {
    /// What an error of SQLite means. Reads the message of the connection, so it must be called before anything else is done
    /// with it.
    static func sqlite(_ code: Int32, _ handle: OpaquePointer?, path: String, sql: String? = nil) -> DatabaseError {
        let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
        let extended = handle.map { sqlite3_extended_errcode($0) } ?? code
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: return constraint(extended, message, sql: sql)
        case SQLITE_BUSY where extended == SQLITE_BUSY | 2 << 8:
            return DatabaseError(.serialization, "another transaction has written since this one read", sql: sql)
        case SQLITE_BUSY, SQLITE_LOCKED:
            return DatabaseError(.unavailable, "another process holds the lock of \(path)", sql: sql)
        case SQLITE_FULL: return DatabaseError(.unavailable, "no space is left on the disk of \(path)", sql: sql)
        case SQLITE_CANTOPEN:
            return DatabaseError(
                .unavailable, "\(path) cannot be opened: does its folder exist, and may this user write there?", sql: sql)
        case SQLITE_NOTADB: return DatabaseError(.failed, "\(path) is not a SQLite database", sql: sql)
        case SQLITE_CORRUPT:
            return DatabaseError(.failed, "\(path) is damaged: restore a backup, or salvage with sqlite3 .recover", sql: sql)
        case SQLITE_IOERR: return DatabaseError(.unavailable, "\(path): \(message)", sql: sql)
        case SQLITE_READONLY:
            return DatabaseError(.refused, "a write in a read-only transaction, or \(path) is read-only", sql: sql)
        case SQLITE_TOOBIG: return DatabaseError(.tooLarge, message, sql: sql)
        default: return DatabaseError(.failed, message, sql: sql)
        }
    }

    private static func constraint(_ extended: Int32, _ message: String, sql: String?) -> DatabaseError {
        // "UNIQUE constraint failed: habits.user_id, habits.name"
        let detail = message.firstIndex(of: ":").map { String(message[message.index(after: $0)...].drop { $0 == " " }) }
        switch extended >> 8 {
        case 1:  // SQLITE_CONSTRAINT_CHECK: the name, or the expression of a constraint without one
            let isName = detail?.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isLetter
                    || Character(Unicode.Scalar($0)).isNumber
            }
            return DatabaseError(.constraint, message, constraint: isName == true ? detail : nil, sql: sql)
        case 5:  // SQLITE_CONSTRAINT_NOTNULL
            return DatabaseError(.constraint, message, constraint: detail, sql: sql)
        case 6, 8, 10:  // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID
            return DatabaseError(.unique, message, constraint: detail, sql: sql)
        case 12:  // SQLITE_CONSTRAINT_DATATYPE, of STRICT tables
            return DatabaseError(.refused, "\(message): pass a parameter of the column's type", sql: sql)
        default: return DatabaseError(.constraint, message, sql: sql)
        }
    }
}
