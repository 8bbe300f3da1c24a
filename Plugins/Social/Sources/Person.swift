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
        let users = ids.isEmpty ? [] : try await users(ids)
        guard !users.isEmpty else { return [:] }
        let summaries = try await call(Characters.summaries, CharacterQuestion(userIDs: users.map(\.id)))?.characters ?? []
        let characters = Dictionary(summaries.map { ($0.userID, $0) }) { first, _ in first }
        return Dictionary(
            users.map { ($0.id, Person(user: $0, character: characters[$0.id] ?? CharacterSummary())) }
        ) { first, _ in first }
    }

    /// Whether a user listens to the host at the moment; nobody does where that cannot be told.
    func isOnline(_ user: UUID) async -> Bool { (try? await realtime.isOnline(user)) ?? false }
}
