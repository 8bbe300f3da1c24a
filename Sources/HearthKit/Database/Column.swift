public import CHearth
import HearthJSON

/// A Swift type that is a parameter of a statement and a column of a result.
public protocol Column: Sendable {
    /// The type that is asked for, as in `database.h`.
    static var columnType: hearth_type { get }
    /// Any value: stands in while the columns of a row are counted.
    static var placeholder: Self { get }
    /// Reads a column that is not null.
    init(column: hearth_value) throws(ColumnMismatch)
    /// The value as a parameter.
    var parameter: Parameter { get }
}

/// A value on its way into a statement.
public enum Parameter: Sendable {
    /// Null.
    case null
    /// A number, and how the database is to take it.
    case integer(Int64, type: hearth_type)
    /// A number with a fraction.
    case double(Double)
    /// Text or JSON text.
    case text(String, type: hearth_type)
    /// Bytes.
    case bytes([UInt8])
    /// An identifier.
    case uuid(UUID)
    /// Several values, for `x IN ($n)`.
    case list([Parameter])
}

/// A column holds something else than the row type reads: the statement and the type do not fit.
public struct ColumnMismatch: Error, CustomStringConvertible, Sendable {
    /// The column, from 0.
    public var column = 0
    /// What was expected.
    public let expected: String

    @usableFromInline init(column: Int = 0, expected: String) {
        self.column = column
        self.expected = expected
    }

    /// One sentence for the log.
    public var description: String { "column \(column) of the result is not \(expected)" }
}

/// The types of values by name; the header's enumeration has no type of its own in Swift.
@usableFromInline enum ColumnType {
    @inlinable static var null: hearth_type { 0 }
    @inlinable static var boolean: hearth_type { 1 }
    @inlinable static var integer: hearth_type { 2 }
    @inlinable static var double: hearth_type { 3 }
    @inlinable static var text: hearth_type { 4 }
    @inlinable static var bytes: hearth_type { 5 }
    @inlinable static var uuid: hearth_type { 6 }
    @inlinable static var timestamp: hearth_type { 7 }
    @inlinable static var date: hearth_type { 8 }
    @inlinable static var time: hearth_type { 9 }
    @inlinable static var json: hearth_type { 10 }
    @inlinable static var list: hearth_type { 11 }
}

extension hearth_value {
    /// The number, if the value is of the type.
    @inlinable func integer(_ type: hearth_type, _ name: String) throws(ColumnMismatch) -> Int64 {
        guard self.type == type else { throw ColumnMismatch(expected: name) }
        return `as`.integer
    }
}

extension Optional: Column where Wrapped: Column {
    public static var columnType: hearth_type { Wrapped.columnType }
    public static var placeholder: Wrapped? { nil }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        if column.type == ColumnType.null { self = nil } else { self = try Wrapped(column: column) }
    }
    public var parameter: Parameter { self?.parameter ?? .null }
}
