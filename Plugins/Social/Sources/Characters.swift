import HearthKit

/// The service that knows what users have reached. Its contract is `docs/services/characters-1.schema.json`.
enum Characters {
    /// What many users have reached, in one statement.
    static let summaries = ServiceMethod<CharacterQuestion, CharacterSummaries>("characters/1", "summaries")
}

/// Whose characters are asked for: at most 1,000.
struct CharacterQuestion: Output {
    let userIDs: [UUID]

    static let schema = Schema<CharacterQuestion>("CharacterQuestion") {
        Field("user_ids") { $0.userIDs }
    }
}

/// What those users have reached.
struct CharacterSummaries: Input {
    var characters: [CharacterSummary] = []

    static let schema = Schema<CharacterSummaries>("CharacterSummaries") {
        Field("characters", \.characters, .required)
    }
}

/// What a user has reached. The defaults are those of somebody who has not begun.
struct CharacterSummary: Input, Output {
    var userID = UUID.zero
    var name: String?
    var characterClass: String?
    var level = 1
    var totalXP = 0
    var currentStreak = 0

    static let schema = Schema<CharacterSummary>("CharacterSummary") {
        Field("user_id", \.userID, .required)
        Field("name", \.name)
        Field("character_class", \.characterClass)
        Field("level", \.level)
        Field("total_xp", \.totalXP)
        Field("current_streak", \.currentStreak)
    }
}
