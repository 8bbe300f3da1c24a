import HearthKit

/// What a task is worth.
struct Evaluation: Input, Output, Equatable {
    var difficulty = Difficulty.medium
    var xp = 0
    var coins = 0
    var reasoning = ""
    var suggestedSubtasks: [String] = []
    var minutes = 0
    var source = Source.local
    var notice: Notice?
    var model: String?

    static let schema = Schema<Evaluation>("TaskEvaluated") {
        Field("difficulty", \.difficulty, .required)
        Field("xp_reward", \.xp, .required, .docs("Within the range of the difficulty on the scale."))
        Field("coins_reward", \.coins, .required, .docs("Likewise."))
        Field("reasoning", \.reasoning, .required, .docs("Text of a model, for the user: at most 500 characters."))
        Field("suggested_subtasks", \.suggestedSubtasks, .required, .docs("At most 10, of at most 200 characters."))
        Field("estimated_time_minutes", \.minutes, .required, .docs("5 to 480."))
        Field("source", \.source, .required, .docs("Who evaluated: a model, or this host by its own rules."))
        Field("notice", \.notice, .docs("Why no model evaluated."))
        Field("model", \.model, .docs("Which model evaluated."))
    }

    /// Who evaluated.
    enum Source: String, JSONEnum {
        case model, local
    }

    /// Why no model evaluated.
    enum Notice: String, JSONEnum {
        /// No provider is set up.
        case noProvider = "no_provider"
        /// The user has had his evaluations of this day.
        case userLimit = "user_limit"
        /// All users together have had theirs, or the money of the day is spent.
        case dailyLimit = "daily_limit"
        /// The provider does not answer.
        case providerFailed = "provider_failed"
        /// The answers could not be used.
        case unusableAnswer = "unusable_answer"
    }

    /// What every evaluation keeps to, whoever made it: this is where text of a model ends to be just text.
    ///
    /// - Returns: The evaluation within the scale of its difficulty.
    func clamped() -> Evaluation {
        var result = self
        result.xp = difficulty.rewards.xp.clamp(xp)
        result.coins = difficulty.rewards.coins.clamp(coins)
        result.minutes = (5...480).clamp(minutes)
        result.reasoning = reasoning.plain(atMost: 500)
        result.suggestedSubtasks = Array(
            suggestedSubtasks.lazy.map { $0.plain(atMost: 200) }.filter { !$0.isEmpty }.prefix(10))
        return result
    }
}

extension String {
    /// The text without control characters and those that turn the direction of what follows, trimmed, at most so long.
    func plain(atMost count: Int) -> String {
        let hidden: Set<Unicode.GeneralCategory> = [
            .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator,
        ]
        var result = ""
        for scalar in unicodeScalars.prefix(4 * count) {
            // The joiner of emoji is a format character that may stay.
            let isHidden = hidden.contains(scalar.properties.generalCategory) && scalar != "\u{200D}"
            result.unicodeScalars.append(isHidden ? " " : scalar)
        }
        let words = result.split(separator: " ").joined(separator: " ")
        // Counted by scalars, as JSON Schema and databases count.
        return String(String.UnicodeScalarView(words.unicodeScalars.prefix(count)))
    }
}
