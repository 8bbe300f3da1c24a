import CHearth

/// The numbers of the server's built-in types, which never change.
enum PostgresType {
    static let boolean: UInt32 = 16
    static let bytes: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let character: UInt32 = 1_042
    static let varchar: UInt32 = 1_043
    static let date: UInt32 = 1_082
    static let time: UInt32 = 1_083
    static let timestamp: UInt32 = 1_114
    static let timestamptz: UInt32 = 1_184
    static let numeric: UInt32 = 1_700
    static let void: UInt32 = 2_278
    static let uuid: UInt32 = 2_950
    static let jsonb: UInt32 = 3_802

    /// 2000-01-01, where the server's counts begin, in those of this module.
    static let epochDays: Int64 = 10_957
    static let epochMicroseconds = epochDays * 86_400_000_000

    /// The type of the elements of an array; nil when it is no array of a type that lists have.
    static func element(of array: UInt32) -> UInt32? {
        switch array {
        case 1_000: boolean
        case 1_001: bytes
        case 1_003: name
        case 1_005: int2
        case 1_007: int4
        case 1_009: text
        case 1_014: character
        case 1_015: varchar
        case 1_016: int8
        case 1_021: float4
        case 1_022: float8
        case 1_115: timestamp
        case 1_182: date
        case 1_183: time
        case 1_185: timestamptz
        case 2_951: uuid
        default: nil
        }
    }

    /// Whether a value of the type is its UTF-8 text.
    static func isText(_ type: UInt32) -> Bool {
        type == text || type == varchar || type == character || type == name || type == unknown
    }

    /// The type in which a parameter is passed when the statement leaves it open; 0 when the server shall find out.
    static func natural(_ type: hearth_type) -> UInt32 {
        switch type {
        case DatabaseType.boolean: boolean
        case DatabaseType.integer: int8
        case DatabaseType.double: float8
        case DatabaseType.bytes: bytes
        case DatabaseType.uuid: uuid
        case DatabaseType.timestamp: timestamptz
        case DatabaseType.date: date
        case DatabaseType.time: time
        case DatabaseType.json: json
        default: 0
        }
    }

    /// The name of a type, for messages.
    static func label(_ type: UInt32) -> String {
        let names: [UInt32: String] = [
            boolean: "boolean", bytes: "bytes", int8: "bigint", int2: "smallint", int4: "integer", json: "json", jsonb: "json",
            float4: "double", float8: "double", date: "date", time: "time", timestamp: "timestamp", timestamptz: "timestamp",
            numeric: "numeric", uuid: "uuid",
        ]
        return names[type] ?? (isText(type) ? "text" : "another type (\(type))")
    }
}
