/// The languages that a client accepts, as the header field `Accept-Language` says.
///
/// ```swift
/// let language = AcceptedLanguages(request.header("Accept-Language")).best(of: ["fr", "en"]) ?? "fr"
/// ```
public struct AcceptedLanguages: Sendable {
    /// Tags in lower case, the best first. What is accepted alike stays in the client's order.
    private let tags: [String]

    /// - Parameter header: The field; nil for none.
    public init(_ header: String?) {
        let wanted = (header ?? "").split(separator: ",").map { part -> (tag: String, quality: Double) in
            let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let quality = words.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            return (words.first ?? "", quality ?? 1)
        }
        tags = wanted.enumerated().filter { $0.element.quality > 0 }
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element.tag)
    }

    /// The language that the client likes best.
    ///
    /// - Parameter available: The languages that there is a text in, such as `fr`, which does for `fr-CA` too.
    /// - Returns: nil when it names none of them: `*` is no wish.
    public func best(of available: [String]) -> String? {
        for tag in tags {
            let language = tag.prefix { $0 != "-" }
            if let found = available.first(where: { $0 == language }) { return found }
        }
        return nil
    }
}
