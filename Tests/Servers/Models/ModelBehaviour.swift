public import HearthJSON

/// What a local provider of language models does with a request.
public enum ModelBehaviour: Sendable {
    /// Answers, whole or in pieces as it is asked.
    case answer(ModelAnswer)
    /// Answers with an error.
    case failure(status: Int, kind: String, message: String = "as the test says", headers: [String: String] = [:])
    /// Answers, when it streams, a part and then nothing more; else a body that ends in the middle.
    case cutOff(ModelAnswer)
    /// Answers, when it streams, a part and then an error of that kind.
    case failureWithin(ModelAnswer, kind: String)
    /// Answers these bytes with status 200.
    case bytes(String)
    /// Never answers.
    case silence
}

/// What a model says.
public struct ModelAnswer: Sendable {
    /// A call of a tool.
    public struct Call: Sendable {
        /// The tool.
        public let name: String
        /// The text of the arguments: JSON, if the model is sound.
        public let arguments: String

        public init(_ name: String, _ arguments: String = "{}") {
            self.name = name
            self.arguments = arguments
        }
    }

    /// Why it ends.
    public enum End: Sendable {
        case done, tooLong, refused
    }

    /// What it says.
    public var text: String
    /// What it calls.
    public var calls: [Call]
    /// Why it ends.
    public var end: End
    /// How many tokens it took and gave.
    public var tokens: (input: Int, output: Int)

    public init(_ text: String = "", calls: [Call] = [], end: End = .done, tokens: (input: Int, output: Int) = (100, 20)) {
        self.text = text
        self.calls = calls
        self.end = end
        self.tokens = tokens
    }
}

/// What a local provider was asked.
public struct ModelQuestion: Sendable {
    /// The body.
    public let body: JSONValue
    /// What came back from tools, in the order of the conversation.
    public let toolResults: [String]
    /// Everything that users said.
    public let userText: String

    /// Whether it is to answer in pieces; the formats differ in what they do unasked.
    public func isStreamed(unasked: Bool) -> Bool { body["stream"].map { $0 == .boolean(true) } ?? unasked }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? { if case .object(let object) = self { object[name] } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
