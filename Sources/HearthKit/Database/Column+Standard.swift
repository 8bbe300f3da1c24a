public import CHearth
public import HearthJSON

extension Bool: Column {
    public static var columnType: hearth_type { ColumnType.boolean }
    public static var placeholder: Bool { false }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        self = try column.integer(ColumnType.boolean, "a boolean") != 0
    }
    public var parameter: Parameter { .integer(self ? 1 : 0, type: ColumnType.boolean) }
}

extension Int: Column {
    public static var columnType: hearth_type { ColumnType.integer }
    public static var placeholder: Int { 0 }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        self = Int(try column.integer(ColumnType.integer, "an integer"))
    }
    public var parameter: Parameter { .integer(Int64(self), type: ColumnType.integer) }
}

extension Double: Column {
    public static var columnType: hearth_type { ColumnType.double }
    public static var placeholder: Double { 0 }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        guard column.type == ColumnType.double else { throw ColumnMismatch(expected: "a double") }
        self = column.as.real
    }
    public var parameter: Parameter { .double(self) }
}

extension String: Column {
    public static var columnType: hearth_type { ColumnType.text }
    public static var placeholder: String { "" }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        guard column.type == ColumnType.text else { throw ColumnMismatch(expected: "a text") }
        self.init(decoding: column.as.bytes.buffer, as: UTF8.self)
    }
    public var parameter: Parameter { .text(self, type: ColumnType.text) }
}

extension [UInt8]: Column {
    public static var columnType: hearth_type { ColumnType.bytes }
    public static var placeholder: [UInt8] { [] }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        guard column.type == ColumnType.bytes else { throw ColumnMismatch(expected: "bytes") }
        self.init(column.as.bytes.buffer)
    }
    public var parameter: Parameter { .bytes(self) }
}

extension UUID: Column {
    public static var columnType: hearth_type { ColumnType.uuid }
    public static var placeholder: UUID { .zero }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        guard column.type == ColumnType.uuid else { throw ColumnMismatch(expected: "a uuid") }
        self = withUnsafeBytes(of: column.as.uuid) { UUID(bytes: $0) }
    }
    public var parameter: Parameter { .uuid(self) }
}

extension Timestamp: Column {
    public static var columnType: hearth_type { ColumnType.timestamp }
    public static var placeholder: Timestamp { Timestamp(microseconds: 0) }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        self.init(microseconds: try column.integer(ColumnType.timestamp, "a timestamp"))
    }
    public var parameter: Parameter { .integer(microseconds, type: ColumnType.timestamp) }
}

extension LocalDate: Column {
    public static var columnType: hearth_type { ColumnType.date }
    public static var placeholder: LocalDate { LocalDate(days: 0) }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        self.init(days: Int32(truncatingIfNeeded: try column.integer(ColumnType.date, "a date")))
    }
    public var parameter: Parameter { .integer(Int64(days), type: ColumnType.date) }
}

extension LocalTime: Column {
    public static var columnType: hearth_type { ColumnType.time }
    public static var placeholder: LocalTime { LocalTime(microseconds: 0) }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        self.init(microseconds: try column.integer(ColumnType.time, "a time"))
    }
    public var parameter: Parameter { .integer(microseconds, type: ColumnType.time) }
}

extension JSONValue: Column {
    public static var columnType: hearth_type { ColumnType.json }
    public static var placeholder: JSONValue { .null }
    public init(column: hearth_value) throws(ColumnMismatch) {
        guard column.type == ColumnType.json else { throw ColumnMismatch(expected: "JSON") }
        do { self = try JSONValue(parsing: UnsafeRawBufferPointer(column.as.bytes.buffer)) } catch {
            throw ColumnMismatch(expected: "valid JSON")
        }
    }
    public var parameter: Parameter { .text(text, type: ColumnType.json) }
}

/// A type with a raw value is stored as that.
extension Column where Self: RawRepresentable, RawValue: Column {
    public static var columnType: hearth_type { RawValue.columnType }
    @inlinable public init(column: hearth_value) throws(ColumnMismatch) {
        guard let value = Self(rawValue: try RawValue(column: column)) else {
            throw ColumnMismatch(expected: "a raw value of \(Self.self)")
        }
        self = value
    }
    public var parameter: Parameter { rawValue.parameter }
}

extension Column where Self: RawRepresentable & CaseIterable, RawValue: Column {
    public static var placeholder: Self {
        guard let first = allCases.first else { preconditionFailure("an enumeration without cases has no columns") }
        return first
    }
}

extension Column where Self: OptionSet, RawValue: Column {
    public static var placeholder: Self { [] }
}
