import HearthKit

/// The service that knows how far users have come.
enum CharactersService {
    /// Level, experience and streaks of users.
    static let summaries = ServiceMethod<UsersQuery, Characters>("characters/1", "summaries")
}

/// Who is asked for.
struct UsersQuery: Output {
    let userIDs: [UUID]

    static let schema = Schema<UsersQuery>("UsersQuery") { Field("user_ids") { $0.userIDs } }
}

/// How far a user has come.
struct UserCharacter: Input, Output, Hashable {
    var userID = UUID.zero
    var level = 1
    var totalXP = 0
    var currentStreak = 0
    var bestStreak = 0

    static let schema = Schema<UserCharacter>("StatsCharacter") {
        Field("user_id", \.userID, .required)
        Field("level", \.level, .required)
        Field("total_xp", \.totalXP, .required)
        Field("current_streak", \.currentStreak, .required)
        Field("best_streak", \.bestStreak, .required)
    }
}

/// How far users have come.
struct Characters: Input {
    var characters: [UserCharacter] = []

    static let schema = Schema<Characters>("StatsCharacters") { Field("characters", \.characters, .required) }
}

extension Context {
    /// How far a user has come; nil when nobody knows.
    func character(of user: UUID) async throws -> UserCharacter? {
        try await call(CharactersService.summaries, UsersQuery(userIDs: [user]))?.characters.first { $0.userID == user }
    }
}
