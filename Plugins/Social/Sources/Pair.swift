import HearthKit

/// Two users, whoever is named first.
struct Pair: Hashable, Sendable {
    let low: UUID
    let high: UUID

    init(_ one: UUID, _ other: UUID) {
        low = min(one, other)
        high = max(one, other)
    }

    /// The one of them who is not this one.
    func other(than user: UUID) -> UUID { user == low ? high : low }
}
