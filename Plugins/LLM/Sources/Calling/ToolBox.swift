import HearthKit

/// What a model may call.
protocol ToolBox: Sendable {
    /// The tools with the schemas of their arguments.
    var tools: [ChatTool] { get }

    /// Answers a call whose arguments were checked by the tool's schema.
    ///
    /// - Returns: nil when there is no such tool.
    func answer(_ name: String, _ arguments: JSONValue) -> JSONValue?
}

extension ToolBox {
    /// Answers any call, also of tools that a model made up, or with arguments that are not those of the tool.
    func result(of call: ToolCall) -> ToolResult {
        guard let tool = tools.first(where: { $0.name == call.name }), let schema = try? JSONSchema(tool.parameters) else {
            return ToolResult(call: call, content: "There is no such tool.", isError: true)
        }
        let violations = schema.validate(call.arguments)
        guard violations.isEmpty, let answer = answer(call.name, call.arguments) else {
            return ToolResult(call: call, content: "These are not the arguments of the tool.", isError: true)
        }
        return ToolResult(call: call, content: answer.text)
    }
}

/// Nothing to call.
struct NoTools: ToolBox {
    let tools: [ChatTool] = []

    func answer(_ name: String, _ arguments: JSONValue) -> JSONValue? { nil }
}
