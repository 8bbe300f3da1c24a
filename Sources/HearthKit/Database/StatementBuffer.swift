import CHearth

/// A statement in the form of the C interface, lent to a call of the host.
enum StatementBuffer {
    /// Lends one statement.
    static func with<R>(_ sql: SQL, columns: [hearth_type], _ body: (UnsafePointer<hearth_statement>) throws -> R) rethrows -> R {
        var text = ForeignText()
        let places = sql.parameters.map { place($0, in: &text) }
        // Lists need cells of their own behind those of the parameters.
        var cells: [hearth_value] = []
        return try text.withBase { base in
            for (parameter, place) in zip(sql.parameters, places) { cells.append(cell(parameter, place, base)) }
            var listStarts: [(parameter: Int, start: Int, count: Int)] = []
            for (index, parameter) in sql.parameters.enumerated() {
                guard case .list(let elements) = parameter, case .several(let elementPlaces) = places[index] else { continue }
                listStarts.append((index, cells.count, elements.count))
                for (element, place) in zip(elements, elementPlaces) { cells.append(cell(element, place, base)) }
            }
            return try cells.withUnsafeMutableBufferPointer { cells in
                for list in listStarts {
                    let start = cells.baseAddress.map { UnsafeRawPointer($0 + list.start).assumingMemoryBound(to: UInt8.self) }
                    cells[list.parameter].as.bytes = hearth_bytes(data: start, length: UInt64(list.count))
                }
                return try columns.withUnsafeBufferPointer { columns in
                    try sql.text.lending { text in
                        var statement = hearth_statement(
                            size: UInt32(MemoryLayout<hearth_statement>.size), parameter_count: UInt32(sql.parameters.count),
                            sql: text, parameters: UnsafePointer(cells.baseAddress), columns: columns.baseAddress,
                            column_count: UInt64(columns.count))
                        return try body(&statement)
                    }
                }
            }
        }
    }

    /// Where the bytes of a parameter lie.
    private enum Place {
        case none
        case bytes(Range<Int>)
        case several([Place])
    }

    private static func place(_ parameter: Parameter, in text: inout ForeignText) -> Place {
        switch parameter {
        case .text(let value, _): .bytes(text.append(value))
        case .bytes(let value): .bytes(text.append(value))
        case .list(let elements): .several(elements.map { place($0, in: &text) })
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
