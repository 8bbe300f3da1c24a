import HearthKit

/// What a model answered.
struct ChatReply: Sendable, Equatable {
    /// What it said.
    var turn: AssistantTurn
    /// Why it ended.
    var finish: Finish
    /// What it cost in tokens.
    var usage: TokenUsage
    /// The model, as it names itself.
    var model: String
}

/// Why an answer ended.
enum Finish: String, JSONEnum {
    /// The model was done.
    case stop
    /// The limit of tokens was reached: the answer is a part.
    case length
    /// It waits for the results of tools.
    case toolCalls = "tool_calls"
    /// It refused to answer.
    case refused
    /// The provider wants to be asked again with the same conversation.
    case paused
}

/// What an answer cost in tokens.
struct TokenUsage: Sendable, Equatable {
    /// What was sent, whether or not the provider had it in its cache.
    var input = 0
    /// What was received.
    var output = 0

    static func + (a: TokenUsage, b: TokenUsage) -> TokenUsage {
        TokenUsage(input: a.input + b.input, output: a.output + b.output)
    }

    static func += (a: inout TokenUsage, b: TokenUsage) { a = a + b }

    /// What a text has about, where a provider does not tell: four bytes a token.
    static func estimate(_ text: String) -> Int { (text.utf8.count + 3) / 4 }
}
