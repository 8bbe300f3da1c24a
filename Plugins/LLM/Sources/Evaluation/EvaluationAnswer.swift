import HearthKit

/// Reads what a model answered to a task. Believes nothing: it is checked, and what is right is clamped.
enum EvaluationAnswer {
    /// - Parameters:
    ///   - answer: Checked by ``EvaluationPrompt/accepted``.
    ///   - model: Which model answered.
    static func read(_ answer: JSONValue, by model: String) -> Evaluation {
        Evaluation(
            difficulty: answer["difficulty"]?.string.flatMap({ Difficulty(rawValue: $0) }) ?? .medium,
            xp: answer["xp_reward"]?.int ?? 0, coins: answer["coins_reward"]?.int ?? 0,
            reasoning: answer["reasoning"]?.string ?? "",
            suggestedSubtasks: answer["suggested_subtasks"]?.elements.compactMap(\.string) ?? [],
            minutes: answer["estimated_time_minutes"]?.int ?? 0, source: .model, notice: nil,
            model: model.plain(atMost: 100)
        ).clamped()
    }
}
