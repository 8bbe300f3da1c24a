import HearthKit

/// A user with what he has reached: what an answer shows of him.
struct Person: Sendable {
    let user: User
    let character: CharacterSummary
}

extension Context {
    /// Looks users up, all at once.
    ///
    /// - Parameter ids: At most 1,000.
    /// - Returns: Those who exist.
    func people(_ ids: [UUID]) async throws -> [UUID: Person] {
        let people = ids.isEmpty ? [] : try await people(with: try await users(ids))
        return Dictionary(people.map { ($0.user.id, $0) }) { first, _ in first }
    }

    /// Asks what users have reached, of all at once.
    ///
    /// - Parameter users: At most 1,000.
    /// - Returns: In the same order.
    func people(with users: [User]) async throws -> [Person] {
        guard !users.isEmpty else { return [] }
        let summaries = try await call(Characters.summaries, CharacterQuestion(userIDs: users.map(\.id)))?.characters ?? []
        let characters = Dictionary(summaries.map { ($0.userID, $0) }) { first, _ in first }
        return users.map { Person(user: $0, character: characters[$0.id] ?? CharacterSummary()) }
    }

    /// Whether a user listens to the host at the moment; nobody does where that cannot be told.
    func isOnline(_ user: UUID) async -> Bool { (try? await realtime.isOnline(user)) ?? false }
}
