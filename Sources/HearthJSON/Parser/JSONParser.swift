/// JSON text that cannot be read: what is wrong and where.
public struct JSONParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in a few words.
    public let message: String
    /// Where, in bytes from the start.
    public let offset: Int
    /// Where: the line, from 1.
    public let line: Int
    /// Where: the byte in the line, from 1.
    public let column: Int
    /// The message with its place.
    public var description: String { "\(message) at line \(line), column \(column)" }
}

extension JSONValue {
    /// Reads JSON text (RFC 8259), strictly: UTF-8, no duplicate members, nothing after the value.
    ///
    /// - Parameters:
    ///   - bytes: the text
    ///   - maximumDepth: how deep arrays and objects may be nested
    /// - Throws: ``JSONParseError`` with the place of the first mistake.
    public init(parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = 64) throws(JSONParseError) {
        var parser = JSONParser(bytes: bytes.bindMemory(to: UInt8.self), depthLimit: maximumDepth)
        self = try parser.document()
    }

    /// Reads JSON text; as ``init(parsing:maximumDepth:)-(UnsafeRawBufferPointer,_)``.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONParseError) {
        self = try bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONParseError) in try JSONValue(parsing: bytes, maximumDepth: maximumDepth) }
        }.get()
    }

    /// Reads JSON text; as ``init(parsing:maximumDepth:)-(UnsafeRawBufferPointer,_)``.
    public init(parsing text: String, maximumDepth: Int = 64) throws(JSONParseError) {
        var text = text
        self = try text.withUTF8 { bytes in
            Result { () throws(JSONParseError) in
                try JSONValue(parsing: UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth)
            }
        }.get()
    }
}

/// A recursive descent over the bytes; recursion is bounded by the depth limit.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    var position = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    func error(_ message: String, at offset: Int? = nil) -> JSONParseError {
        let offset = min(offset ?? position, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return JSONParseError(message: message, offset: offset, line: line, column: offset - lineStart + 1)
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw error("unexpected text after the value") }
        return value
    }

    private mutating func value() throws(JSONParseError) -> JSONValue {
        guard let byte = next else { throw error("a value is missing") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("a value was expected")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard bytes.count - position >= length,
            UnsafeBufferPointer(rebasing: bytes[position..<(position + length)])
                .elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: length))
        else { throw error("a value was expected") }
        position += length
        return value
    }

    private mutating func enter() throws(JSONParseError) {
        depth += 1
        guard depth <= depthLimit else { throw error("nested deeper than \(depthLimit) levels") }
        position += 1
        skipSpace()
    }

    private mutating func array() throws(JSONParseError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            skipSpace()
            values.append(try value())
            skipSpace()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return values
            default: throw error("a comma or ] was expected")
            }
        }
    }

    private mutating func object() throws(JSONParseError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if next == UInt8(ascii: "}") {
            position += 1
            return object
        }
        // Beyond a handful of members a set finds duplicates faster than looking through them.
        var names: Set<String>?
        while true {
            skipSpace()
            let start = position
            guard next == UInt8(ascii: "\"") else { throw error("a member name was expected") }
            let name = try string()
            if object.members.count == 16 { names = Set(object.members.map(\.name)) }
            let isNew = names?.insert(name).inserted ?? !object.members.contains { $0.name == name }
            guard isNew else { throw error("a member stands there twice", at: start) }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw error("a colon was expected") }
            position += 1
            skipSpace()
            object.append(name, try value())
            skipSpace()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return object
            default: throw error("a comma or } was expected")
            }
        }
    }
}
