/// Finds the line on which each key of a TOML text stands: TOMLKit's parsed keys have none.
///
/// It reads text that TOMLKit has accepted already and therefore checks nothing. Elements of arrays are located by their
/// index as text: `["plugins", "habits", "grants", "0"]`.
struct KeyLocator {
    private(set) var lines: [[String]: Int] = [:]
    /// The line of the first `\u0000`: TOMLKit hands texts over as C strings, which would silently stop at it.
    private(set) var nulLine: Int?
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    /// How many tables each array of tables has so far.
    private var arrayCounts: [[String]: Int] = [:]

    init(_ source: String) {
        text = Array(source.utf8)
        locate()
    }

    private mutating func locate() {
        var table: [String] = []
        while true {
            skipBlank(newlines: true)
            guard let byte = peek() else { return }
            let start = position
            if byte == UInt8(ascii: "[") {
                let isArray = peek(1) == UInt8(ascii: "[")
                position += isArray ? 2 : 1
                table = header(keyPath(), isArray: isArray)
                position += isArray ? 2 : 1
            } else {
                member(of: table)
            }
            if position == start { position += 1 }  // cannot happen in valid TOML; never loops all the same
        }
    }

    /// Resolves a header: tables below an array of tables belong to its last element.
    private mutating func header(_ keys: [String], isArray: Bool) -> [String] {
        var path: [String] = []
        for (depth, key) in keys.enumerated() {
            path.append(key)
            let isLast = depth == keys.count - 1
            if isLast && !isArray {
                lines[path] = line
            } else if lines[path] == nil {
                lines[path] = line
            }
            if isLast && isArray {
                let index = arrayCounts[path, default: 0]
                arrayCounts[path] = index + 1
                path.append(String(index))
                lines[path] = line
            } else if let count = arrayCounts[path] {
                path.append(String(count - 1))
            }
        }
        return path
    }

    /// Reads `key = value` and what is inside the value.
    private mutating func member(of table: [String]) {
        var path = table
        for key in keyPath() {
            path.append(key)
            if lines[path] == nil { lines[path] = line }
        }
        skipBlank(newlines: false)
        if peek() == UInt8(ascii: "=") { position += 1 }
        skipBlank(newlines: false)
        value(at: path)
    }

    private mutating func value(at path: [String]) {
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = string()
        case UInt8(ascii: "["): array(at: path)
        case UInt8(ascii: "{"): inlineTable(at: path)
        default: while let byte = peek(), !Self.endsBareValue(byte) { position += 1 }
        }
    }

    private mutating func array(at path: [String]) {
        var index = 0
        elements(until: UInt8(ascii: "]")) { locator in
            let element = path + [String(index)]
            locator.lines[element] = locator.line
            locator.value(at: element)
            index += 1
        }
    }

    private mutating func inlineTable(at path: [String]) {
        elements(until: UInt8(ascii: "}")) { $0.member(of: path) }
    }

    /// Reads what stands between a bracket, at the position, and the one that closes it, with commas between.
    private mutating func elements(until end: UInt8, _ element: (inout KeyLocator) -> Void) {
        position += 1
        while true {
            skipBlank(newlines: true)
            guard let byte = peek() else { return }
            let start = position
            if byte == end {
                position += 1
                return
            }
            if byte != UInt8(ascii: ",") { element(&self) }
            if position == start { position += 1 }
        }
    }

    /// Reads `a."b c".d`, leaving the position behind it.
    private mutating func keyPath() -> [String] {
        var keys: [String] = []
        while true {
            skipBlank(newlines: false)
            if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
                keys.append(string())
            } else {
                let start = position
                while let byte = peek(), !Self.endsBareKey(byte) { position += 1 }
                keys.append(String(decoding: text[start..<position], as: UTF8.self))
            }
            skipBlank(newlines: false)
            guard peek() == UInt8(ascii: ".") else { return keys }
            position += 1
        }
    }

    /// Reads a string of any of the four kinds and gives its value.
    private mutating func string() -> String {
        guard let quote = peek() else { return "" }
        let isLong = peek(1) == quote && peek(2) == quote
        position += isLong ? 3 : 1
        var bytes: [UInt8] = []
        while let byte = peek() {
            if byte == quote, !isLong || (peek(1) == quote && peek(2) == quote) {
                position += isLong ? 3 : 1
                // A long string may end in up to two quotes of its own: """"a"""" is "a" with quotes.
                while isLong, peek() == quote { position += 1 }
                break
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                bytes += escape()
                continue
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            bytes.append(byte)
            position += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escape() -> [UInt8] {
        let letter = peek(1)
        let digits = letter == UInt8(ascii: "u") ? 4 : letter == UInt8(ascii: "U") ? 8 : 0
        if letter == UInt8(ascii: "\n") { line += 1 }
        let start = min(position + 2, text.count)
        position = min(start + digits, text.count)
        switch letter {
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            if text[start..<position].allSatisfy({ $0 == UInt8(ascii: "0") }), nulLine == nil { nulLine = line }
            let code = UInt32(String(decoding: text[start..<position], as: UTF8.self), radix: 16)
            return code.flatMap(Unicode.Scalar.init).map { Array(String(Character($0)).utf8) } ?? []
        default: return letter.map { [$0] } ?? []
        }
    }

    private mutating func skipBlank(newlines: Bool) {
        while let byte = peek() {
            if byte == UInt8(ascii: "#"), newlines {
                while let next = peek(), next != UInt8(ascii: "\n") { position += 1 }
            } else if byte == UInt8(ascii: "\n"), newlines {
                line += 1
                position += 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
                position += 1
            } else {
                return
            }
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < text.count ? text[position + ahead] : nil
    }

    private static func endsBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: "]"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"),
            UInt8(ascii: "\r"):
            true
        default: false
        }
    }

    private static func endsBareValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
