import HearthKit

/// The service that knows how far users have come.
enum Characters {
    /// Answers for several users at once.
    static let summaries = ServiceMethod<Question, Answer>("characters/1", "summaries")

    /// Whom it is asked about.
    struct Question: Output {
        let users: [UUID]

        static let schema = Schema<Question>("CharactersQuestion") {
            Field("user_ids") { $0.users }
        }
    }

    /// What of its answer matters here.
    struct Answer: Input {
        var characters: [UserProgress] = []

        static let schema = Schema<Answer>("CharactersAnswer") {
            Field("characters", \.characters, .required)
        }
    }
}

/// How far a user has come, as an evaluator may know it.
struct UserProgress: Input, Output {
    var level: Int?
    var totalXP: Int?
    var currentStreak: Int?
    var bestStreak: Int?

    static let schema = Schema<UserProgress>("UserProgress") {
        Field("level", \.level)
        Field("total_xp", \.totalXP)
        Field("current_streak", \.currentStreak)
        Field("best_streak", \.bestStreak)
    }
}
