/// The query of a URL: names and values, `+` and percent-encoding decoded.
enum QueryText {
    /// The parameter in which a token may stand. It is handed to nobody.
    static let token = "access_token"

    /// A query without the token.
    static func withoutToken(_ query: String) -> String {
        guard query.contains(token) else { return query }
        return query.split(separator: "&").filter { part in
            pairs(String(part))?.first?.name != token
        }.joined(separator: "&")
    }

    /// Splits a query into its pairs, in order.
    ///
    /// - Returns: nil when the percent-encoding is wrong or does not give UTF-8.
    static func pairs(_ query: String) -> [(name: String, value: String)]? {
        guard !query.isEmpty else { return [] }
        var pairs: [(name: String, value: String)] = []
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let name: Substring.UTF8View
            let value: Substring.UTF8View
            if let equals = part.firstIndex(of: UInt8(ascii: "=")) {
                name = part[..<equals]
                value = part[part.index(after: equals)...]
            } else {
                name = part
                value = part[part.endIndex...]
            }
            guard let name = decode(name), let value = decode(value) else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func decode(_ text: Substring.UTF8View) -> String? {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(Substring(text)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
