import CHearth

/// Statements in the form of the C interface, lent to a call of the host.
enum StatementBuffer {
    /// Lends one statement.
    static func lend<R>(_ sql: SQL, columns: [hearth_type], _ body: (UnsafePointer<hearth_statement>) throws -> R) rethrows -> R {
        var memory = ForeignText()
        let text = memory.append(sql)
        let parameters = sql.parameters
        let places = parameters.map { place($0, in: &memory) }
        return try memory.withBase { base in
            var cells = zip(parameters, places).map { cell($0, $1, base) }
            // Lists need cells of their own behind those of the parameters.
            var lists: [(parameter: Int, start: Int, count: Int)] = []
            for (index, parameter) in parameters.enumerated() {
                guard case .list(let elements) = parameter, case .several(let elementPlaces) = places[index] else { continue }
                lists.append((index, cells.count, elements.count))
                for (element, place) in zip(elements, elementPlaces) { cells.append(cell(element, place, base)) }
            }
            return try cells.withUnsafeMutableBufferPointer { cells in
                for list in lists {
                    let start = cells.baseAddress.map { UnsafeRawPointer($0 + list.start).assumingMemoryBound(to: UInt8.self) }
                    cells[list.parameter].as.bytes = hearth_bytes(data: start, length: UInt64(list.count))
                }
                return try columns.withUnsafeBufferPointer { columns in
                    var statement = hearth_statement(
                        size: UInt32(MemoryLayout<hearth_statement>.size), parameter_count: UInt32(parameters.count),
                        sql: ForeignText.string(at: text, base), parameters: UnsafePointer(cells.baseAddress),
                        columns: columns.baseAddress, column_count: UInt64(columns.count))
                    return try body(&statement)
                }
            }
        }
    }

    /// Lends several statements: all are valid in the innermost call.
    static func lend<R>(
        _ statements: ArraySlice<(sql: SQL, columns: [hearth_type])>, before: [UnsafePointer<hearth_statement>?] = [],
        _ body: (UnsafeBufferPointer<UnsafePointer<hearth_statement>?>) throws -> R
    ) rethrows -> R {
        guard let first = statements.first else { return try before.withUnsafeBufferPointer(body) }
        return try lend(first.sql, columns: first.columns) { statement in
            try lend(statements.dropFirst(), before: before + [statement], body)
        }
    }

    /// Where the bytes of a parameter lie.
    private enum Place {
        case none
        case bytes(Range<Int>)
        case several([Place])
    }

    private static func place(_ parameter: Parameter, in memory: inout ForeignText) -> Place {
        switch parameter {
        case .text(let value, _): .bytes(memory.append(value))
        case .bytes(let value): .bytes(memory.append(value))
        case .list(let elements): .several(elements.map { place($0, in: &memory) })
        case .null, .integer, .double, .uuid: .none
        }
    }

    private static func cell(_ parameter: Parameter, _ place: Place, _ base: UnsafePointer<UInt8>?) -> hearth_value {
        var cell = hearth_value()
        switch parameter {
        case .null: cell.type = ColumnType.null
        case .integer(let value, let type):
            cell.type = type
            cell.as.integer = value
        case .double(let value):
            cell.type = ColumnType.double
            cell.as.real = value
        case .text(_, let type):
            cell.type = type
            if case .bytes(let range) = place { cell.as.bytes = ForeignText.bytes(at: range, base) }
        case .bytes:
            cell.type = ColumnType.bytes
            if case .bytes(let range) = place { cell.as.bytes = ForeignText.bytes(at: range, base) }
        case .uuid(let value):
            cell.type = ColumnType.uuid
            value.withBytes { source in withUnsafeMutableBytes(of: &cell.as.uuid) { $0.copyMemory(from: source) } }
        case .list: cell.type = ColumnType.list
        }
        return cell
    }
}

extension ForeignText {
    /// Adds a statement; parameters become $1, $2, … in their order.
    mutating func append(_ sql: SQL) -> Range<Int> {
        var parameters = 0
        let start = count
        for piece in sql.pieces {
            switch piece {
            case .text(let text): text.withUTF8Buffer { append($0) }
            case .parameter:
                parameters += 1
                _ = append("$\(parameters)")
            }
        }
        return start..<count
    }
}
