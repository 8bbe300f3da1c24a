import CHearth

/// A parameter of a statement, or a value of a result.
public enum DatabaseValue: Sendable, Hashable {
    /// No value.
    case null
    /// True or false.
    case boolean(Bool)
    /// A whole number: columns `integer`, `bigint` and `identity`.
    case integer(Int64)
    /// A finite number.
    case double(Double)
    /// Text without NUL.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
    /// A UUID.
    case uuid(DatabaseUUID)
    /// Microseconds since 1970-01-01 00:00 UTC.
    case timestamp(Int64)
    /// Days since 1970-01-01.
    case date(Int32)
    /// Microseconds since midnight.
    case time(Int64)
    /// JSON text.
    case json(String)
    /// Values of one type without nulls, for `x IN ($n)` only; at most 10,000.
    case list([DatabaseValue])

    /// The type of the value in the C interface.
    public var type: hearth_type {
        switch self {
        case .null: DatabaseType.null
        case .boolean: DatabaseType.boolean
        case .integer: DatabaseType.integer
        case .double: DatabaseType.double
        case .text: DatabaseType.text
        case .bytes: DatabaseType.bytes
        case .uuid: DatabaseType.uuid
        case .timestamp: DatabaseType.timestamp
        case .date: DatabaseType.date
        case .time: DatabaseType.time
        case .json: DatabaseType.json
        case .list: DatabaseType.list
        }
    }
}

/// The values of `hearth_type` with its width: C enumerators arrive as `Int`-like constants of another type.
public enum DatabaseType {
    /// No value.
    public static let null = hearth_type(0)
    /// True or false.
    public static let boolean = hearth_type(1)
    /// A whole number of 64 bits.
    public static let integer = hearth_type(2)
    /// A number with a fraction.
    public static let double = hearth_type(3)
    /// Text.
    public static let text = hearth_type(4)
    /// Bytes.
    public static let bytes = hearth_type(5)
    /// A UUID.
    public static let uuid = hearth_type(6)
    /// Microseconds since 1970-01-01 00:00 UTC.
    public static let timestamp = hearth_type(7)
    /// Days since 1970-01-01.
    public static let date = hearth_type(8)
    /// Microseconds since midnight.
    public static let time = hearth_type(9)
    /// JSON text.
    public static let json = hearth_type(10)
    /// A list of parameters.
    public static let list = hearth_type(11)

    /// The name of a type, for messages.
    public static func name(_ type: hearth_type) -> String {
        let names = [
            "null", "boolean", "integer", "double", "text", "bytes", "uuid", "timestamp", "date", "time", "json", "list",
        ]
        return type < names.count ? names[Int(type)] : "type \(type)"
    }
}

extension DatabaseValue {
    /// Copies a parameter that crossed the C interface.
    ///
    /// Throws `DatabaseError` of kind `refused` for an unknown type, text that is not UTF-8 or contains NUL, and a list
    /// in a list.
    public init(copying value: hearth_value) throws(DatabaseError) {
        guard value.type == DatabaseType.list else {
            self = try Self.scalar(value)
            return
        }
        let count = Int(clamping: value.as.bytes.length)
        guard count <= DatabaseLimits.listElements else {
            throw DatabaseError(.tooLarge, "a list has \(count) elements; the limit is \(DatabaseLimits.listElements)")
        }
        var elements: [DatabaseValue] = []
        elements.reserveCapacity(count)
        if count > 0 {
            guard let data = value.as.bytes.data else { throw DatabaseError(.refused, "a list has a length and no data") }
            let values = UnsafeRawPointer(data).assumingMemoryBound(to: hearth_value.self)
            for index in 0..<count { elements.append(try Self.scalar(values[index])) }
        }
        self = .list(elements)
    }

    private static func scalar(_ value: hearth_value) throws(DatabaseError) -> DatabaseValue {
        switch value.type {
        case DatabaseType.null: return .null
        case DatabaseType.boolean: return .boolean(value.as.integer != 0)
        case DatabaseType.integer: return .integer(value.as.integer)
        case DatabaseType.double: return .double(value.as.real)
        case DatabaseType.text: return .text(try text(value.as.bytes))
        case DatabaseType.json: return .json(try text(value.as.bytes))
        case DatabaseType.bytes:
            return .bytes([UInt8](UnsafeBufferPointer(start: value.as.bytes.data, count: try length(value.as.bytes))))
        case DatabaseType.uuid:
            var uuid = value.as.uuid
            guard let copied = withUnsafeBytes(of: &uuid, { DatabaseUUID(bytes: $0) }) else { return .null }
            return .uuid(copied)
        case DatabaseType.timestamp: return .timestamp(value.as.integer)
        case DatabaseType.date:
            guard let days = Int32(exactly: value.as.integer) else {
                throw DatabaseError(.refused, "a date of \(value.as.integer) days is out of range")
            }
            return .date(days)
        case DatabaseType.time: return .time(value.as.integer)
        default: throw DatabaseError(.refused, "a parameter has the \(DatabaseType.name(value.type)), which is not allowed here")
        }
    }

    private static func length(_ bytes: hearth_bytes) throws(DatabaseError) -> Int {
        guard let length = Int(exactly: bytes.length), length == 0 || bytes.data != nil else {
            throw DatabaseError(.refused, "a parameter has a length and no data")
        }
        return length
    }

    private static func text(_ bytes: hearth_bytes) throws(DatabaseError) -> String {
        let utf8 = UnsafeBufferPointer(start: bytes.data, count: try length(bytes))
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw DatabaseError(.refused, "a text parameter is not UTF-8")
        }
        return text
    }
}
