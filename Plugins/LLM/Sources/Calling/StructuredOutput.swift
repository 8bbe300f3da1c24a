import HearthKit

/// An answer in a form: checked by its schema, and repaired once by the model itself.
struct StructuredOutput: Sendable {
    private let schema: JSONSchema

    /// - Throws: `JSONSchemaError`.
    init(_ form: ChatRequest.AnswerForm) throws(JSONSchemaError) { schema = try JSONSchema(form.schema) }

    /// An answer that is not in the form: what is wrong, in the words for the model.
    struct Unusable: Error, Equatable {
        let problems: String
    }

    /// Reads an answer: JSON alone, in a fence of Markdown, or with words before and after it.
    func read(_ text: String) throws(Unusable) -> JSONValue {
        guard let value = Self.object(in: text) else { throw Unusable(problems: "There is no JSON object in it.") }
        let violations = schema.validate(value)
        guard violations.isEmpty else {
            let problems = violations.prefix(10).map { "\($0.loc.map(\.description).joined(separator: ".")): \($0.msg)" }
            throw Unusable(problems: problems.joined(separator: "; "))
        }
        return value
    }

    /// Asks for an answer in the form, and once more if it is not.
    ///
    /// - Parameters:
    ///   - loop: The tools.
    ///   - request: What is asked.
    ///   - usage: Grows by what each round took, also before an error.
    ///   - ask: Asks the model.
    /// - Returns: The answer, and how the model names itself.
    /// - Throws: ``ProviderError`` of kind `malformed` when the second answer is not in the form either.
    func ask(
        through loop: ToolLoop, _ request: ChatRequest, usage: inout TokenUsage,
        asking ask: (ChatRequest) async throws -> ChatReply
    ) async throws -> (answer: JSONValue, reply: ChatReply) {
        var request = request
        var reply = try await loop.run(&request, usage: &usage, asking: ask)
        do { return (try read(reply.turn.text), reply) } catch {
            request.mayCall = false
            request.turns.append(
                .user("Your answer cannot be used. \(error.problems) Answer with the JSON object and nothing else."))
        }
        reply = try await loop.run(&request, usage: &usage, asking: ask)
        do { return (try read(reply.turn.text), reply) } catch {
            throw ProviderError(.malformed, "the answer is not in the form: \(error.problems)")
        }
    }

    /// The JSON object in a text: the whole of it, or from the first brace to the last.
    private static func object(in text: String) -> JSONValue? {
        if let value = try? JSONValue(parsing: text), case .object = value { return value }
        guard let first = text.utf8.firstIndex(of: UInt8(ascii: "{")), let last = text.utf8.lastIndex(of: UInt8(ascii: "}")),
            first < last, let value = try? JSONValue(parsing: Array(text.utf8[first...last])), case .object = value
        else { return nil }
        return value
    }
}
