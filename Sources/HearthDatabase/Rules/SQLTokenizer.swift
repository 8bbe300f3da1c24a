/// Splits SQL text into tokens, and refuses notation that only one engine has.
struct SQLTokenizer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [SQLToken] = []

    /// The tokens of a text, without comments.
    static func tokens(of sql: String) throws(SQLRefusal) -> [SQLToken] {
        var tokenizer = SQLTokenizer(bytes: [UInt8](sql.utf8))
        while try tokenizer.step() {}
        return tokenizer.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func byte(at offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private func refusal(_ message: String) -> SQLRefusal { SQLRefusal(message, line: line) }

    private mutating func append(_ kind: SQLToken.Kind, _ text: String, from start: Int, line: Int) {
        tokens.append(SQLToken(kind: kind, text: text, range: start..<position, line: line))
    }

    private mutating func step() throws(SQLRefusal) -> Bool {
        guard let first = byte() else { return false }
        let start = position
        let startLine = line
        switch first {
        case UInt8(ascii: "\n"):
            line += 1
            position += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            position += 1
        case UInt8(ascii: "-") where byte(at: 1) == UInt8(ascii: "-"):
            while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
        case UInt8(ascii: "/") where byte(at: 1) == UInt8(ascii: "*"):
            try skipComment()
        case UInt8(ascii: "'"):
            let text = try enclosed(by: UInt8(ascii: "'"), called: "string")
            append(.string, text, from: start, line: startLine)
        case UInt8(ascii: "\""):
            let text = try enclosed(by: UInt8(ascii: "\""), called: "identifier")
            append(.quoted, text, from: start, line: startLine)
        case UInt8(ascii: "$"):
            try parameter(from: start)
        case let digit where Self.isDigit(digit):
            try number(from: start)
        case UInt8(ascii: ".") where byte(at: 1).map(Self.isDigit) == true:
            try number(from: start)
        case let letter where Self.isLetter(letter):
            try word(from: start)
        default:
            try symbol(first, from: start)
        }
        return true
    }

    private mutating func skipComment() throws(SQLRefusal) {
        let start = refusal("a comment /* is not closed")
        position += 2
        while byte() != UInt8(ascii: "*") || byte(at: 1) != UInt8(ascii: "/") {
            guard let next = byte() else { throw start }
            // PostgreSQL nests comments and SQLite does not.
            if next == UInt8(ascii: "/"), byte(at: 1) == UInt8(ascii: "*") { throw refusal("comments cannot be nested") }
            if next == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        position += 2
    }

    private mutating func enclosed(by quote: UInt8, called name: String) throws(SQLRefusal) -> String {
        let open = refusal("a quoted \(name) is not closed")
        var content: [UInt8] = []
        position += 1
        while let next = byte() {
            position += 1
            if next == quote {
                guard byte() == quote else { return String(decoding: content, as: UTF8.self) }
                position += 1
            }
            if next == 0 { throw refusal("NUL is not allowed") }
            if next == UInt8(ascii: "\n") { line += 1 }
            content.append(next)
        }
        throw open
    }

    private mutating func parameter(from start: Int) throws(SQLRefusal) {
        position += 1
        var number = 0
        while let digit = byte(), Self.isDigit(digit), number < 100_000 {
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
            position += 1
        }
        guard (1...DatabaseLimits.parameters).contains(number), byte().map(Self.isLetter) != true, byte() != UInt8(ascii: "$")
        else {
            throw refusal(
                "parameters are $1 to $\(DatabaseLimits.parameters); named parameters and dollar quotes are not allowed")
        }
        append(.parameter(number), "$\(number)", from: start, line: line)
    }

    private mutating func number(from start: Int) throws(SQLRefusal) {
        while let next = byte() {
            let isExponentSign =
                (next == UInt8(ascii: "+") || next == UInt8(ascii: "-"))
                && (bytes[position - 1] | 0x20) == UInt8(ascii: "e")
            guard Self.isDigit(next) || next == UInt8(ascii: ".") || (next | 0x20) == UInt8(ascii: "e") || isExponentSign
            else { break }
            position += 1
        }
        if let next = byte(), Self.isLetter(next) {
            throw refusal("numbers are decimal; hexadecimal numbers and underscores in them are not allowed")
        }
        append(.number, String(decoding: bytes[start..<position], as: UTF8.self), from: start, line: line)
    }

    private mutating func word(from start: Int) throws(SQLRefusal) {
        while let next = byte(), Self.isLetter(next) || Self.isDigit(next) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
        if byte() == UInt8(ascii: "'") {
            switch text {
            case "x", "b": throw refusal("\(text.uppercased())'…' is not portable: write bytes '…' with hexadecimal digits")
            case "e", "n", "u": throw refusal("\(text.uppercased())'…' is not portable: pass the text as a parameter")
            default: break
            }
        }
        append(.word, text, from: start, line: line)
    }

    private mutating func symbol(_ first: UInt8, from start: Int) throws(SQLRefusal) {
        switch first {
        case UInt8(ascii: "?"): throw refusal("? is not portable: parameters are $1, $2, …")
        case UInt8(ascii: ":"):
            throw byte(at: 1) == UInt8(ascii: ":")
                ? refusal(":: is not portable: write CAST(value AS type)")
                : refusal("named parameters are not portable: parameters are $1, $2, …")
        case UInt8(ascii: "@"): throw refusal("@ is not portable: parameters are $1, $2, …, and JSON is read in code")
        case UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: "]"):
            throw refusal("identifiers are quoted with double quotes; arrays are not portable")
        default: break
        }
        for candidate in ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"] {
            let code = [UInt8](candidate.utf8)
            if position + code.count <= bytes.count, bytes[position..<position + code.count].elementsEqual(code) {
                if candidate.hasPrefix("->") {
                    throw refusal("\(candidate) is not portable: read the whole JSON and take it apart in code")
                }
                if candidate == "==" { throw refusal("== is not portable: write =") }
                position += code.count
                append(.symbol, candidate, from: start, line: line)
                return
            }
        }
        guard "()+-*/%<>=,.;&|".utf8.contains(first) else {
            throw refusal("the character \(Character(Unicode.Scalar(first))) is not allowed here")
        }
        position += 1
        append(.symbol, String(Character(Unicode.Scalar(first))), from: start, line: line)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
