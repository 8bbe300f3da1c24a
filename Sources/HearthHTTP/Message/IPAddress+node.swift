import HearthAddresses

extension IPAddress {
    /// Reads an address as proxies write it: perhaps quoted, with brackets, with a port.
    init?(node: Substring) {
        var text = node.trimmingBlanks()
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { text = text.dropFirst().dropLast() }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.contains("."), let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
            text = text[..<colon]
        }
        self.init(text)
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    func trimmingBlanks() -> Substring {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return self[...last].drop(while: isBlank)
    }
}
