import CHearth

/// The rows of one statement, as cells that the C interface takes as they are.
///
/// Cells and the bytes that they point to lie in one allocation, which lives as long as the result.
/// `@unchecked Sendable`: nothing is written after `init`.
public final class QueryResult: @unchecked Sendable {
    /// How many rows there are.
    public let rowCount: Int
    /// How many cells a row has.
    public let columnCount: Int
    /// How many rows were inserted, changed or deleted.
    public let affected: Int
    /// The cells row by row: `HEARTH_NULL` or the type asked for. Valid as long as the result.
    public let cells: UnsafeBufferPointer<hearth_value>
    private let arena: UnsafeMutableRawPointer?

    /// Takes over an allocation that begins with `rowCount * columnCount` cells.
    init(arena: UnsafeMutableRawPointer?, rowCount: Int, columnCount: Int, affected: Int) {
        self.arena = arena
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.affected = affected
        cells = UnsafeBufferPointer(
            start: arena.map { UnsafePointer($0.assumingMemoryBound(to: hearth_value.self)) }, count: rowCount * columnCount)
    }

    deinit { arena?.deallocate() }

    /// The cell of a row and column, both counted from 0.
    public subscript(row: Int, column: Int) -> hearth_value {
        precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount, "no such cell")
        return cells[row * columnCount + column]
    }

    /// Text or JSON text; nil for null and other types.
    public func text(_ row: Int, _ column: Int) -> String? {
        let cell = self[row, column]
        guard cell.type == DatabaseType.text || cell.type == DatabaseType.json else { return nil }
        return String(decoding: Self.bytes(of: cell), as: UTF8.self)
    }

    /// A whole number, or the number behind a timestamp, date or time; nil for null and other types.
    public func integer(_ row: Int, _ column: Int) -> Int64? {
        let cell = self[row, column]
        return switch cell.type {
        case DatabaseType.integer, DatabaseType.timestamp, DatabaseType.date, DatabaseType.time: cell.as.integer
        default: nil
        }
    }

    /// A number; nil for null and other types.
    public func double(_ row: Int, _ column: Int) -> Double? {
        let cell = self[row, column]
        return cell.type == DatabaseType.double ? cell.as.real : nil
    }

    /// True or false; nil for null and other types.
    public func boolean(_ row: Int, _ column: Int) -> Bool? {
        let cell = self[row, column]
        return cell.type == DatabaseType.boolean ? cell.as.integer != 0 : nil
    }

    /// A UUID; nil for null and other types.
    public func uuid(_ row: Int, _ column: Int) -> DatabaseUUID? {
        var cell = self[row, column]
        guard cell.type == DatabaseType.uuid else { return nil }
        return withUnsafeBytes(of: &cell.as.uuid) { DatabaseUUID(bytes: $0) }
    }

    /// Bytes; nil for null and other types.
    public func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        let cell = self[row, column]
        return cell.type == DatabaseType.bytes ? [UInt8](Self.bytes(of: cell)) : nil
    }

    /// The cell as a value.
    public func value(_ row: Int, _ column: Int) -> DatabaseValue {
        let cell = self[row, column]
        return switch cell.type {
        case DatabaseType.boolean: .boolean(cell.as.integer != 0)
        case DatabaseType.integer: .integer(cell.as.integer)
        case DatabaseType.double: .double(cell.as.real)
        case DatabaseType.text: .text(String(decoding: Self.bytes(of: cell), as: UTF8.self))
        case DatabaseType.json: .json(String(decoding: Self.bytes(of: cell), as: UTF8.self))
        case DatabaseType.bytes: .bytes([UInt8](Self.bytes(of: cell)))
        case DatabaseType.uuid: uuid(row, column).map(DatabaseValue.uuid) ?? .null
        case DatabaseType.timestamp: .timestamp(cell.as.integer)
        case DatabaseType.date: .date(Int32(truncatingIfNeeded: cell.as.integer))
        case DatabaseType.time: .time(cell.as.integer)
        default: .null
        }
    }

    private static func bytes(of cell: hearth_value) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: cell.as.bytes.data, count: Int(cell.as.bytes.length))
    }
}
