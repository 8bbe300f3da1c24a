import HearthAddresses

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
            // A NUL is for the schema to refuse, with its place.
            guard let name = PercentEncoding.decode(Substring(name), plusIsSpace: true, allowsNUL: true),
                let value = PercentEncoding.decode(Substring(value), plusIsSpace: true, allowsNUL: true)
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }
}
