import HearthKit

/// What users are told in.
enum Language: String, CaseIterable {
    case french = "fr"
    case english = "en"

    /// - Parameters:
    ///   - header: `Accept-Language`: what the client wants counts first.
    ///   - user: The language that the user has chosen; nil for none.
    init(accepting header: String?, orChosenBy user: @autoclosure () async throws -> String?) async rethrows {
        let known = Self.allCases.map(\.rawValue)
        var best = AcceptedLanguages(header).best(of: known)
        if best == nil { best = AcceptedLanguages(try await user()).best(of: known) }
        self = best.flatMap(Self.init) ?? .french
    }
}
