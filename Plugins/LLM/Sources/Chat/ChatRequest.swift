import HearthKit

/// What a model is asked, whoever provides it.
struct ChatRequest: Sendable {
    /// What the model is to do. The only instructions: everything that users wrote stands in ``turns``.
    var instructions: String
    /// The conversation so far, oldest first; begins with the user.
    var turns: [ChatTurn]
    /// What the model may call.
    var tools: [ChatTool] = []
    /// Whether it may call them now: they stand in the conversation even when it may not any more.
    var mayCall = true
    /// The form of the answer; nil for free text.
    var form: AnswerForm?
    /// The most tokens of the answer.
    var maximumTokens: Int
    /// Between 0 and 1; nil leaves it to the provider, since some models refuse it.
    var temperature: Double?

    /// About how many tokens it has.
    var estimatedTokens: Int {
        let texts = turns.map { turn in
            switch turn {
            case .user(let text): TokenUsage.estimate(text)
            case .assistant(let turn): turn.estimatedTokens
            case .results(let results): results.map { TokenUsage.estimate($0.content) }.reduce(0, +)
            }
        }
        return TokenUsage.estimate(instructions) + texts.reduce(0, +)
    }

    /// A form that the answer has to have.
    struct AnswerForm: Sendable, Equatable {
        /// Letters, digits and underscores.
        let name: String
        /// A JSON Schema, all of whose members are required.
        let schema: JSONValue
    }
}

/// A function that the model may call.
struct ChatTool: Sendable, Equatable {
    /// Letters, digits and underscores, at most 64.
    let name: String
    /// What it gives, for the model.
    let description: String
    /// The JSON Schema of its arguments.
    let parameters: JSONValue
}
