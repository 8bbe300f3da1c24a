import CHearth

/// How the values of a column become cells.
enum PostgresReading {
    case boolean, int2, int4, int8, numericAsInteger
    case int2AsDouble, int4AsDouble, int8AsDouble, float4, float8, numericAsDouble
    case timestamp, date, time
    case uuid, uuidOfBytes
    case text, jsonb

    /// The way from a type of the server to the one that is asked for; nil when there is none.
    static func of(_ type: UInt32, as asked: hearth_type) -> PostgresReading? {
        switch asked {
        case DatabaseType.boolean, DatabaseType.integer:
            switch type {
            case PostgresType.boolean: .boolean
            case PostgresType.int2: .int2
            case PostgresType.int4, PostgresType.oid: .int4
            case PostgresType.int8: .int8
            case PostgresType.numeric: .numericAsInteger
            default: nil
            }
        case DatabaseType.double:
            switch type {
            case PostgresType.float8: .float8
            case PostgresType.float4: .float4
            case PostgresType.int2: .int2AsDouble
            case PostgresType.int4: .int4AsDouble
            case PostgresType.int8: .int8AsDouble
            case PostgresType.numeric: .numericAsDouble
            default: nil
            }
        case DatabaseType.text, DatabaseType.json:
            PostgresType.isText(type) || type == PostgresType.json ? .text : type == PostgresType.jsonb ? .jsonb : nil
        case DatabaseType.bytes: type == PostgresType.bytes || type == PostgresType.uuid ? .text : nil
        case DatabaseType.uuid: type == PostgresType.uuid ? .uuid : type == PostgresType.bytes ? .uuidOfBytes : nil
        case DatabaseType.timestamp: type == PostgresType.timestamptz || type == PostgresType.timestamp ? .timestamp : nil
        case DatabaseType.date: type == PostgresType.date ? .date : nil
        case DatabaseType.time: type == PostgresType.time ? .time : nil
        default: nil
        }
    }

    /// Whether the bytes of a value are copied behind the cells.
    var isBlob: Bool {
        switch self {
        case .text, .jsonb: true
        default: false
        }
    }
}
