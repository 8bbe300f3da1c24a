import HearthKit

extension Context {
    /// A user's time zone. Almost always he is the one who acts, so that nobody needs to be asked.
    func zone(of user: UUID) async throws -> String {
        if let actor = try info().actor, actor.id == user { return actor.timezone }
        return try await users([user]).first?.timezone ?? "UTC"
    }
}
