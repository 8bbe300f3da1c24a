/// A token of SQL text.
struct SQLToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A keyword or an identifier without quotes; `text` is in lower case.
        case word
        /// An identifier in double quotes; `text` is what they enclose.
        case quoted
        /// A literal in single quotes; `text` is what they enclose.
        case string
        case number
        /// A parameter `$n`.
        case parameter(Int)
        /// An operator or a punctuation mark.
        case symbol
    }

    var kind: Kind
    var text: String
    /// Where it stands, in bytes of the SQL text.
    var range: Range<Int>
    /// The line on which it begins, counted from 1.
    var line: Int

    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
    /// Whether it can name a table, column or alias.
    var isName: Bool { kind == .quoted || (kind == .word && !SQLWords.keywords.contains(text)) }
}

/// Why SQL text was refused, and on which line.
struct SQLRefusal: Error, Equatable {
    var message: String
    var line: Int

    init(_ message: String, line: Int) {
        self.message = message
        self.line = line
    }
}
