import HearthKit

@testable import LLM

/// Values that several tests use.
enum Values {
    /// A conversation in which a tool was called.
    static let afterCall = ChatRequest(
        instructions: "You rate tasks.",
        turns: [
            .user("Clean the garage"), .assistant(AssistantTurn(text: "", calls: [call])),
            .results([ToolResult(call: call, content: "stored")]),
        ],
        tools: [tool], form: form, maximumTokens: 512)

    static let call = ToolCall(id: "call_x", name: "rate_task", arguments: ["difficulty": 3])
    static let tool = ChatTool(
        name: "rate_task", description: "Store the rating", parameters: ["type": "object", "properties": [:]])
    static let form = ChatRequest.AnswerForm(
        name: "rating",
        schema: ["type": "object", "properties": ["difficulty": ["type": "integer"]], "required": ["difficulty"]])

    /// Reads a stream that the network cuts after so many bytes again and again.
    ///
    /// - Returns: The text as it came, and the whole.
    static func read(
        _ stream: String, by format: any WireFormat, cutAfter count: Int
    ) throws -> (text: String, reply: ChatReply) {
        var reader = format.reader()
        var text = ""
        let bytes = Array(stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: count) {
            text += try reader.take(Array(bytes[start..<min(start + count, bytes.count)]))
        }
        return (text, try reader.finish())
    }
}
