import FoundationEssentials
import TOMLKit

/// A TOML file with the line of every key and value.
struct TOMLDocument {
    let root: TOMLTree.Table

    /// Reads a file.
    init(contentsOf path: String) throws(ConfigurationErrors) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationErrors([.init(file: path, message: "the file is missing or cannot be read")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationErrors([.init(file: path, message: "the file is not UTF-8 text")])
        }
        try self.init(text: text, file: path)
    }

    /// Reads a text.
    init(text: String, file: String) throws(ConfigurationErrors) {
        // TOMLKit hands the text over as a C string: it would silently stop at a NUL.
        if let offset = text.utf8.firstIndex(of: 0) {
            let line = text.utf8[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
            throw ConfigurationErrors([.init(file: file, line: line, message: "a NUL byte is not TOML")])
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let message = "this is not TOML: \(error.description)"
            throw ConfigurationErrors([.init(file: file, line: error.source.begin.line, message: message)])
        } catch {
            throw ConfigurationErrors([.init(file: file, message: "this is not TOML: \(error)")])
        }
        let located = KeyLocator(text)
        if let line = located.nulLine {
            throw ConfigurationErrors([.init(file: file, line: line, message: "a NUL character cannot be part of a text")])
        }
        let lines = located.lines
        root = TOMLTree.Table(file: file, path: [], line: nil, members: Self.members(of: table, at: [], file, lines))
    }

    private static func members(
        of table: TOMLTable, at path: [String], _ file: String, _ lines: [[String]: Int]
    ) -> [TOMLTree.Member] {
        // The parser sorts by name; the order of the lines is what a reader expects.
        table.map { key, value in
            let path = path + [key]
            return TOMLTree.Member(key: key, line: lines[path], value: tree(value, at: path, file, lines))
        }.sorted { ($0.line ?? .max, $0.key) < ($1.line ?? .max, $1.key) }
    }

    private static func tree(
        _ value: any TOMLValueConvertible, at path: [String], _ file: String, _ lines: [[String]: Int]
    ) -> TOMLTree {
        switch value.type {
        case .table:
            let members = value.table.map { Self.members(of: $0, at: path, file, lines) } ?? []
            return .table(TOMLTree.Table(file: file, path: path, line: lines[path], members: members))
        case .array:
            var elements: [TOMLTree.Member] = []
            for (index, element) in (value.array ?? TOMLArray()).enumerated() {
                let path = path + [String(index)]
                let tree = Self.tree(element, at: path, file, lines)
                elements.append(TOMLTree.Member(key: String(index), line: lines[path], value: tree))
            }
            return .array(elements)
        case .string: return .text(value.string ?? "")
        case .int: return .integer(Int64(value.int ?? 0))
        case .double: return .double(value.double ?? 0)
        case .bool: return .boolean(value.bool ?? false)
        case .date, .time, .dateTime: return .moment
        }
    }
}

/// A parsed TOML value.
indirect enum TOMLTree: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case array([Member])
    case table(Table)
    /// A date or time: no configuration of this host has one.
    case moment

    /// A key of a table or an element of an array.
    struct Member: Sendable, Equatable {
        var key: String
        var line: Int?
        var value: TOMLTree
    }

    /// A table and where it stands.
    struct Table: Sendable, Equatable {
        var file: String
        var path: [String]
        var line: Int?
        /// In the order of the lines.
        var members: [Member]

        subscript(key: String) -> Member? {
            members.first { $0.key == key }
        }

        /// The path of one of its keys, as messages name it.
        func name(of key: String) -> String {
            (path + [key]).joined(separator: ".")
        }

        /// A fault of one of its keys; of the table itself when it has no such key.
        func error(_ key: String, _ message: String, suggestion: String? = nil) -> ConfigurationError {
            let line = self[key]?.line ?? line
            return ConfigurationError(file: file, line: line, key: name(of: key), message: message, suggestion: suggestion)
        }
    }

    /// What messages call the value: its type, and the value itself where that is short.
    var named: String {
        switch self {
        case .text(let text): text.utf8.count <= 60 ? "the text \"\(text)\"" : "a text"
        case .integer(let number): "the integer \(number)"
        case .double(let number): "the number \(number)"
        case .boolean(let flag): "\(flag)"
        case .array: "a list"
        case .table: "a table"
        case .moment: "a date or time"
        }
    }
}
