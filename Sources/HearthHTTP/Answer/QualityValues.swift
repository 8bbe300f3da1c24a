/// Reads lists with q-values, such as `Accept` and `Accept-Encoding`.
enum QualityValues {
    /// The weight that a list gives an item, in thousandths; nil when it does not name it.
    ///
    /// - Parameters:
    ///   - item: in lower case
    ///   - list: the value of the header field
    static func weight(of item: String, in list: String) -> Int? {
        for entry in list.split(separator: ",") {
            var parts = entry.split(separator: ";", omittingEmptySubsequences: false).makeIterator()
            guard let name = parts.next()?.trimmed, name.utf8.count == item.utf8.count, name.lowercased() == item else {
                continue
            }
            while let parameter = parts.next()?.trimmed {
                guard parameter.lowercased().hasPrefix("q=") else { continue }
                return thousandths(parameter.dropFirst(2))
            }
            return 1000
        }
        return nil
    }

    /// Whether gzip may be sent.
    static func acceptsGzip(_ list: String) -> Bool {
        (weight(of: "gzip", in: list) ?? weight(of: "x-gzip", in: list) ?? weight(of: "*", in: list) ?? 0) > 0
    }

    /// Whether an error should be `application/problem+json`: only when it is named, and not liked less than JSON.
    static func prefersProblem(_ accept: String) -> Bool {
        guard let problem = weight(of: "application/problem+json", in: accept), problem > 0 else { return false }
        return problem >= (weight(of: "application/json", in: accept) ?? 0)
    }

    private static func thousandths(_ text: Substring) -> Int {
        guard let value = Double(text), value >= 0 else { return 0 }
        return Int(min(value, 1) * 1000)
    }
}
