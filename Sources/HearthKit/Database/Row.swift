public import CHearth
import Synchronization

/// A type that is read from the rows of a result.
///
/// ```swift
/// struct Greeting: Row {
///     let id: UUID, message: String
///     init(row: inout RowReader) throws { id = try row.next(); message = try row.next() }
/// }
/// ```
public protocol Row: Sendable {
    /// Reads the columns in the order of the statement. Must read the same columns whatever they hold.
    init(row: inout RowReader) throws
}

/// Reads a row column by column.
public struct RowReader {
    /// The cells of the row; nil while the columns are counted.
    @usableFromInline let cells: UnsafePointer<hearth_value>?
    @usableFromInline let count: Int
    @usableFromInline var position = 0
    private(set) var types: [hearth_type] = []

    init(cells: UnsafePointer<hearth_value>, count: Int) {
        self.cells = cells
        self.count = count
    }

    /// A reader that only notes which types are asked for.
    init() {
        cells = nil
        count = 0
    }

    /// Reads the next column.
    ///
    /// - Throws: ``ColumnMismatch`` when it is of another type, or null without the reader allowing it.
    @inlinable public mutating func next<T: Column>(_: T.Type = T.self) throws -> T {
        guard let cells else {
            note(T.columnType)
            return T.placeholder
        }
        defer { position += 1 }
        guard position < count else { throw mismatch(ColumnMismatch(expected: "there")) }
        do { return try T(column: cells[position]) } catch { throw mismatch(error) }
    }

    @usableFromInline mutating func note(_ type: hearth_type) { types.append(type) }

    @usableFromInline func mismatch(_ error: ColumnMismatch) -> ColumnMismatch {
        ColumnMismatch(column: position, expected: error.expected)
    }
}

/// Which columns each row type reads, found once by letting it read placeholders.
private let columnTypes = Mutex<[ObjectIdentifier: [hearth_type]]>([:])

extension Row {
    /// The types of the columns that this row type reads.
    static var columns: [hearth_type] {
        if let known = columnTypes.withLock({ $0[ObjectIdentifier(self)] }) { return known }
        var reader = RowReader()
        // A row type that checks values may refuse the placeholders after it has named its columns.
        _ = try? Self(row: &reader)
        let types = reader.types
        columnTypes.withLock { $0[ObjectIdentifier(self)] = types }
        return types
    }
}

extension Row where Self: Column {
    public init(row: inout RowReader) throws { self = try row.next() }
}

extension Int: Row {}
extension String: Row {}
extension UUID: Row {}
extension LocalDate: Row {}
extension Timestamp: Row {}
extension Bool: Row {}
extension Double: Row {}
extension LocalTime: Row {}
/// A column that may be null, such as the largest of no values.
extension Optional: Row where Wrapped: Column {}
