import HearthKit

/// One turn of a conversation.
enum ChatTurn: Sendable, Equatable {
    /// Somebody's text.
    case user(String)
    /// What the model said.
    case assistant(AssistantTurn)
    /// What its calls of tools gave: one for each call of the turn before.
    case results([ToolResult])
}

/// What a model said in one turn.
struct AssistantTurn: Sendable, Equatable {
    /// Its text; may be empty beside calls.
    var text: String
    /// What it wants to be called.
    var calls: [ToolCall] = []
    /// The turn as the provider sent it, to be repeated to the same provider: it may hold signed parts that nobody else
    /// understands. nil for a turn that was not received.
    var original: JSONValue?

    /// The turn with its first calls only. If it had more it is written anew, since the original has them all.
    func keeping(calls count: Int) -> AssistantTurn {
        calls.count <= count ? self : AssistantTurn(text: text, calls: Array(calls.prefix(count)))
    }

    /// About how many tokens it has.
    var estimatedTokens: Int {
        if let original { return TokenUsage.estimate(original.text) }
        return TokenUsage.estimate(text) + calls.map { TokenUsage.estimate($0.name + $0.arguments.text) }.reduce(0, +)
    }
}

/// A call of a tool.
struct ToolCall: Sendable, Equatable {
    /// Made up where the provider gives none.
    var id: String
    /// What it calls: any text, since a model may invent tools.
    var name: String
    /// The arguments as they came; ``JSONValue/string(_:)`` when they are no JSON.
    var arguments: JSONValue
}

/// What a call of a tool gave.
struct ToolResult: Sendable, Equatable {
    /// The call.
    let call: ToolCall
    /// For the model.
    let content: String
    /// Whether the call was refused.
    var isError = false
}
