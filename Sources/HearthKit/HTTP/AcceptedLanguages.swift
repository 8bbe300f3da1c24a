/// The languages that a client accepts, as the header field `Accept-Language` says. ``Request/language(or:)`` is what a route needs.
public struct AcceptedLanguages: Sendable {
    /// Tags in lower case, the best first. What is accepted alike stays in the client's order.
    private let tags: [String]

    /// - Parameters:
    ///   - header: The field; nil for none.
    ///   - chosen: A language that does where the field names none that there is a text in; nil for none.
    public init(_ header: String?, orChosen chosen: String? = nil) {
        let wanted = (header ?? "").split(separator: ",").map { part -> (tag: String, quality: Double) in
            let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let quality = words.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            return (words.first ?? "", quality ?? 1)
        }
        let accepted = wanted.enumerated().filter { $0.element.quality > 0 }
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element.tag)
        tags = accepted + [chosen?.lowercased()].compactMap(\.self)
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

extension Request {
    /// The language to answer in, of those that the plugin knows: the one that the client accepts best, else the one that the user has
    /// chosen for himself.
    ///
    /// ```swift
    /// enum Language: String, CaseIterable { case french = "fr", english = "en" }
    /// let language = request.language(or: Language.french)
    /// ```
    /// - Parameter fallback: For who wants none of them.
    public func language<Language: RawRepresentable<String> & CaseIterable>(or fallback: Language) -> Language {
        let accepted = AcceptedLanguages(header("Accept-Language"), orChosen: actor?.language)
        return accepted.best(of: Language.allCases.map(\.rawValue)).flatMap(Language.init) ?? fallback
    }
}
