import Glibc

/// Whether a parameter can be passed as the type that a statement has for it.
enum PostgresFit: Equatable {
    case fits
    /// The statement shall be prepared once more with this type for it: the server had inferred another one, or none.
    case declare(UInt32)
    case refused(String)

    /// How a value goes with a type.
    static func of(_ value: DatabaseValue, as type: UInt32) -> PostgresFit {
        switch value {
        case .null: return .fits
        case .list(let elements):
            guard let element = PostgresType.element(of: type) else { return .refused("a list is not possible here") }
            for value in elements {
                if case .refused(let reason) = kind(value, as: element) { return .refused(reason) }
                if case .text(let text) = value, containsNUL(text) { return .refused("it contains NUL") }
            }
            return .fits
        // Text is what the server takes when nothing says otherwise.
        case .integer(let number) where PostgresType.isText(type) || !fits(number, type): return .declare(PostgresType.int8)
        case .double where PostgresType.isText(type): return .declare(PostgresType.float8)
        case .text(let text), .json(let text):
            if containsNUL(text) { return .refused("it contains NUL") }
        default: break
        }
        let fit = kind(value, as: type)
        if case .fits = fit, !isRepresentable(value, as: type) {
            return .refused("its value does not fit the type \(PostgresType.label(type))")
        }
        return fit
    }

    private static func kind(_ value: DatabaseValue, as type: UInt32) -> PostgresFit {
        let isAllowed =
            switch value {
            case .null: true
            case .boolean: isNumber(type) || type == PostgresType.boolean
            case .integer: isNumber(type) || type == PostgresType.boolean
            case .double: isNumber(type)
            case .text, .json: PostgresType.isText(type) || type == PostgresType.json || type == PostgresType.jsonb
            case .bytes: type == PostgresType.bytes || type == PostgresType.uuid
            case .uuid: type == PostgresType.uuid || type == PostgresType.bytes
            case .timestamp: type == PostgresType.timestamptz || type == PostgresType.timestamp
            case .date: type == PostgresType.date
            case .time: type == PostgresType.time
            case .list: false
            }
        if isAllowed { return .fits }
        return .refused(
            "it is \(DatabaseType.name(value.type)), and the statement takes \(PostgresType.label(type)) there")
    }

    /// Whether the type has the value, given that it has values of its kind.
    static func isRepresentable(_ value: DatabaseValue, as type: UInt32) -> Bool {
        switch value {
        case .integer(let number):
            return fits(number, type) && (type != PostgresType.boolean || number == 0 || number == 1)
        case .double(let number):
            if type == PostgresType.float8 || type == PostgresType.float4 || type == PostgresType.numeric { return true }
            guard let whole = Int64(exactly: number) else { return false }
            return fits(whole, type)
        case .bytes(let bytes): return type != PostgresType.uuid || bytes.count == 16
        case .timestamp(let number): return !number.subtractingReportingOverflow(PostgresType.epochMicroseconds).overflow
        case .date(let days): return Int32(exactly: Int64(days) - PostgresType.epochDays) != nil
        case .time(let number): return (0...86_400_000_000).contains(number)
        default: return true
        }
    }

    private static func fits(_ number: Int64, _ type: UInt32) -> Bool {
        switch type {
        case PostgresType.int4: Int32(exactly: number) != nil
        case PostgresType.int2: Int16(exactly: number) != nil
        case PostgresType.oid: UInt32(exactly: number) != nil
        default: true
        }
    }

    private static func isNumber(_ type: UInt32) -> Bool {
        switch type {
        case PostgresType.int2, PostgresType.int4, PostgresType.int8, PostgresType.oid, PostgresType.float4,
            PostgresType.float8, PostgresType.numeric:
            true
        default: false
        }
    }

    private static func containsNUL(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard let start = utf8.baseAddress, utf8.count > 0 else { return false }
            return memchr(start, 0, utf8.count) != nil
        }
    }
}
