import HearthKit

/// A text that another plugin wants.
struct CompletionRequest: Input {
    var userID: UUID?
    var instructions = ""
    var messages: [Message] = []
    var form: JSONValue?
    var maximumTokens: Int?
    var temperature: Double?

    static let schema = Schema<CompletionRequest>("CompletionRequest") {
        Field("user_id", \.userID, .docs("On whose behalf: his daily limit counts. null: only that of all together."))
        Field(
            "instructions", \.instructions, .required, .length(1...20_000),
            .docs("What the model is to do. Never put text of users here: it belongs into messages."))
        Field("messages", \.messages, .required, .count(1...100), .docs("The conversation, which ends with the user."))
        Field("schema", \.form, .docs("The JSON Schema of an object that the answer has to be; null for free text."))
        Field("maximum_tokens", \.maximumTokens, .range(1...65_536), .docs("Of the answer; never more than the operator allows."))
        Field("temperature", \.temperature, .range(0.0...1.0))
    }

    /// One turn of the conversation.
    struct Message: Input, Output {
        var role = Role.user
        var text = ""

        static let schema = Schema<Message>("CompletionMessage") {
            Field("role", \.role, .required)
            Field("text", \.text, .required, .length(1...100_000))
        }
    }

    /// Who speaks.
    enum Role: String, JSONEnum {
        case user, assistant
    }
}

/// What a model said.
struct Completion: Output {
    let text: String
    let json: JSONValue?
    let finish: Finish
    let model: String
    let usage: TokenUsage

    static let schema = Schema<Completion>("Completion") {
        Field("text") { $0.text }
        Field("json", .docs("The answer as JSON, when a schema was given and it fits.")) { $0.json }
        Field("finish") { $0.finish }
        Field("model") { $0.model }
        Field("input_tokens") { $0.usage.input }
        Field("output_tokens") { $0.usage.output }
    }
}
