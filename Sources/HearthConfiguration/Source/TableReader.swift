/// Reads the keys of one table, noting each fault and going on, so that all of them can be told at once.
struct TableReader {
    let table: TOMLTree.Table
    private(set) var errors: [ConfigurationError] = []

    init(_ table: TOMLTree.Table) {
        self.table = table
    }

    /// Notes a fault of a key.
    mutating func refuse(_ key: String, _ message: String, suggestion: String? = nil) {
        errors.append(table.error(key, message, suggestion: suggestion))
    }

    /// Notes faults found by a reader of a table within.
    mutating func refuse(_ errors: [ConfigurationError]) {
        self.errors += errors
    }

    /// Refuses every key that is not known.
    mutating func allow(only known: [String]) {
        for member in table.members where !known.contains(member.key) {
            let suggestion = Suggestion.nearest(to: member.key, among: known)
            let message = suggestion == nil ? "unknown key; known are \(known.joined(separator: ", "))" : "unknown key"
            refuse(member.key, message, suggestion: suggestion)
        }
    }

    /// A text, checked against what is allowed: `expected` completes "expected …".
    mutating func text(
        _ key: String, required: Bool = false, expected: String = "a text", where isRight: (String) -> Bool = { _ in true }
    ) -> String? {
        guard let member = table[key] else {
            if required { refuse(key, "missing; expected \(expected)") }
            return nil
        }
        if case .text(let text) = member.value, isRight(text) { return text }
        refuse(key, "expected \(expected), not \(member.value.named)")
        return nil
    }

    /// One of a few texts.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice? where Choice.RawValue == String {
        let choices = Choice.allCases.map(\.rawValue)
        guard let member = table[key] else { return nil }
        if case .text(let text) = member.value {
            if let choice = Choice(rawValue: text) { return choice }
            let suggestion = Suggestion.nearest(to: text, among: choices)
            refuse(key, "expected \(alternatives(choices)), not \(member.value.named)", suggestion: suggestion)
        } else {
            refuse(key, "expected \(alternatives(choices)), not \(member.value.named)")
        }
        return nil
    }

    /// `true` or `false`.
    mutating func boolean(_ key: String) -> Bool? {
        guard let member = table[key] else { return nil }
        if case .boolean(let flag) = member.value { return flag }
        refuse(key, "expected true or false, not \(member.value.named)")
        return nil
    }

    /// A count of bytes: a whole number, or a text such as `"512K"` or `"10M"`.
    mutating func size(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let member = table[key] else { return nil }
        let size: Int? =
            switch member.value {
            case .integer(let number): Int(exactly: number)
            case .text(let text): ByteSize.parse(text)
            default: nil
            }
        if let size, range.contains(size) { return size }
        let (least, most) = (ByteSize.show(range.lowerBound), ByteSize.show(range.upperBound))
        refuse(key, "expected a size from \(least) to \(most), such as \"512K\" or \"10M\", not \(member.value.named)")
        return nil
    }

    /// A list of texts without repetition, each checked: `expected` completes "expected …".
    mutating func texts(
        _ key: String, expected: String = "a text", where isRight: (String) -> Bool = { _ in true }
    ) -> [TextAt]? {
        guard let member = table[key] else { return nil }
        guard case .array(let elements) = member.value else {
            refuse(key, "expected a list of texts, not \(member.value.named)")
            return nil
        }
        var texts: [TextAt] = []
        for element in elements {
            let name = "\(table.name(of: key))[\(element.key)]"
            guard case .text(let text) = element.value, isRight(text) else {
                errors.append(
                    .init(
                        file: table.file, line: element.line, key: name,
                        message: "expected \(expected), not \(element.value.named)"))
                continue
            }
            if texts.contains(where: { $0.text == text }) {
                errors.append(.init(file: table.file, line: element.line, key: name, message: "\"\(text)\" is listed twice"))
            } else {
                texts.append(TextAt(text: text, line: element.line))
            }
        }
        return texts
    }

    /// A table within; nil when it is absent or something else.
    mutating func table(_ key: String) -> TOMLTree.Table? {
        guard let member = table[key] else { return nil }
        if case .table(let table) = member.value { return table }
        refuse(key, "expected a table, not \(member.value.named)")
        return nil
    }
}

/// A text and the line on which it stands.
struct TextAt: Sendable, Equatable {
    var text: String
    var line: Int?
}

/// `"a", "b" or "c"`
func alternatives(_ choices: [String]) -> String {
    let quoted = choices.map { "\"\($0)\"" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
}
