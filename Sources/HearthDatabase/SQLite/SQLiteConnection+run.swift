import CHearth
import CSQLite
import Glibc

extension SQLiteConnection {
    /// Runs a statement to its end and collects its rows.
    func run(_ call: SQLiteCall.CheckedCall) throws(DatabaseError) -> QueryResult {
        let sql = call.statement.sql
        onStatement?(sql)
        let prepared = try prepare(call.statement, call.values.parameters)
        let statement = prepared.handle
        guard prepared.columnCount == call.values.columns.count || call.statement.parameterCount < 0 else {
            throw DatabaseError(
                .refused,
                "the result has \(prepared.columnCount) columns, and types of \(call.values.columns.count) were asked for",
                sql: sql)
        }
        defer {
            sqlite3_reset(statement)
            if !call.values.parameters.isEmpty { sqlite3_clear_bindings(statement) }
        }
        try bind(call, to: statement)
        let columns = call.values.columns
        var rowCount = 0
        builder.clear()
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { break }
            guard result == SQLITE_ROW else { throw error(result, sql: sql) }
            rowCount += 1
            guard rowCount <= DatabaseLimits.rows, builder.byteCount <= DatabaseLimits.resultBytes else {
                throw DatabaseError(
                    .tooLarge, "the result has more than \(DatabaseLimits.rows) rows or \(DatabaseLimits.resultBytes >> 20) MiB",
                    sql: sql)
            }
            for column in columns.indices { try read(column, as: columns[column], from: statement, sql: sql) }
        }
        let affected = prepared.isReadOnly ? 0 : Int(sqlite3_changes64(handle))
        return builder.finish(rowCount: rowCount, columnCount: columns.count, affected: affected)
    }

    private func read(_ column: Int, as type: hearth_type, from statement: OpaquePointer, sql: String) throws(DatabaseError) {
        let cell = builder.append()
        let index = Int32(column)
        let stored = sqlite3_column_type(statement, index)
        switch (type, stored) {
        case (_, SQLITE_NULL): return
        case (DatabaseType.boolean, SQLITE_INTEGER):
            cell.pointee.as.integer = sqlite3_column_int64(statement, index) == 0 ? 0 : 1
        case (DatabaseType.integer, SQLITE_INTEGER), (DatabaseType.timestamp, SQLITE_INTEGER),
            (DatabaseType.date, SQLITE_INTEGER),
            (DatabaseType.time, SQLITE_INTEGER):
            cell.pointee.as.integer = sqlite3_column_int64(statement, index)
        case (DatabaseType.double, SQLITE_FLOAT), (DatabaseType.double, SQLITE_INTEGER):
            cell.pointee.as.real = sqlite3_column_double(statement, index)
        case (DatabaseType.text, SQLITE_TEXT), (DatabaseType.json, SQLITE_TEXT):
            let text = sqlite3_column_text(statement, index)
            builder.append(text, count: Int(sqlite3_column_bytes(statement, index)), to: cell)
        case (DatabaseType.bytes, SQLITE_BLOB):
            let blob = sqlite3_column_blob(statement, index)
            builder.append(blob, count: Int(sqlite3_column_bytes(statement, index)), to: cell)
        case (DatabaseType.uuid, SQLITE_BLOB) where sqlite3_column_bytes(statement, index) == 16:
            guard let blob = sqlite3_column_blob(statement, index) else { return }
            withUnsafeMutableBytes(of: &cell.pointee.as.uuid) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: blob, count: 16))
            }
        default:
            let names = ["", "an integer", "a double", "text", "bytes", "null"]
            let name = sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
            throw DatabaseError(
                .refused,
                "column \(column + 1) (\(name)) holds \(names[Int(stored)]), and \(DatabaseType.name(type)) was asked for",
                sql: sql)
        }
        cell.pointee.type = type
    }

    private func bind(_ call: SQLiteCall.CheckedCall, to statement: OpaquePointer) throws(DatabaseError) {
        let parameters = call.values.parameters
        var next = Int32(parameters.count)
        var lists = 0
        for index in parameters.indices {
            guard case .list(let elements) = parameters[index] else {
                try bind(parameters[index], at: Int32(index + 1), to: statement, sql: call.statement.sql)
                continue
            }
            lists += ListSizes.padded(parameters[index])
            guard lists <= 2 * DatabaseLimits.listElements else {
                throw DatabaseError(
                    .tooLarge, "the lists of the statement have too many elements together", sql: call.statement.sql)
            }
            for place in 0..<ListSizes.padded(parameters[index]) {
                next += 1
                // The last element fills up the places: a value twice in a list changes nothing.
                try bind(elements[min(place, elements.count - 1)], at: next, to: statement, sql: call.statement.sql)
            }
        }
    }

    private func bind(_ value: DatabaseValue, at index: Int32, to statement: OpaquePointer, sql: String) throws(DatabaseError) {
        let result: Int32
        switch value {
        case .null, .list: result = sqlite3_bind_null(statement, index)
        case .boolean(let flag): result = sqlite3_bind_int64(statement, index, flag ? 1 : 0)
        case .integer(let number), .timestamp(let number), .time(let number):
            result = sqlite3_bind_int64(statement, index, number)
        case .date(let days): result = sqlite3_bind_int64(statement, index, Int64(days))
        case .double(let number): result = sqlite3_bind_double(statement, index, number)
        case .uuid(let uuid):
            result = uuid.withBytes { sqlite3_bind_blob64(statement, index, $0.baseAddress, 16, sqliteTransient) }
        case .bytes(let bytes):
            result =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), sqliteTransient)
                }
        case .text(var text), .json(var text):
            let bound: Int32? = text.withUTF8 { utf8 in
                guard let start = utf8.baseAddress, utf8.count > 0 else {
                    return sqlite3_bind_text(statement, index, "", 0, sqliteTransient)
                }
                guard memchr(start, 0, utf8.count) == nil else { return nil }
                return utf8.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(statement, index, $0.baseAddress, UInt64($0.count), sqliteTransient, UInt8(SQLITE_UTF8))
                }
            }
            guard let bound else { throw DatabaseError(.refused, "a text parameter contains NUL", sql: sql) }
            result = bound
        }
        guard result == SQLITE_OK else { throw error(result, sql: sql) }
    }
}
