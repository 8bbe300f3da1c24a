import Foundation
import TestServers

/// A local provider of language models as a program: `model-server anthropic|openai|ollama` writes its port on a line and runs until
/// its input ends. The last word of what a user says names the case that it answers with.
@main enum ModelServerProgram {
    static func main() async throws {
        guard let wire = CommandLine.arguments.dropFirst().first.flatMap({ ModelWire(rawValue: $0) }) else {
            FileHandle.standardError.write(Data("usage: model-server anthropic|openai|ollama\n".utf8))
            exit(2)
        }
        try await ModelServer.run(wire, behave: { question, _ in behaviour(question, wire) }) { @Sendable server in
            FileHandle.standardOutput.write(Data("\(server.port)\n".utf8))
            // Whoever started it closes its input, or is gone.
            await Task.detached { while readLine() != nil {} }.value
        }
    }

    private static func behaviour(_ question: ModelQuestion, _ wire: ModelWire) -> ModelBehaviour {
        guard question.toolResults.isEmpty else {
            return .answer(ModelAnswer("It is \(question.toolResults.joined(separator: " and "))"))
        }
        let word = question.userText.split(separator: " ").last ?? ""
        return switch word {
        case "call": .answer(ModelAnswer(calls: [.init("weather", #"{"city": "Paris"}"#)]))
        case "length": .answer(ModelAnswer("A begi", end: .tooLong))
        case "overload": .failure(status: wire == .anthropic ? 529 : 503, kind: "overloaded_error", message: "Overloaded")
        case "limit":
            .failure(status: 429, kind: "rate_limit_error", message: "Too many requests", headers: ["retry-after": "1"])
        case "break": .failureWithin(ModelAnswer("A beginning"), kind: "overloaded_error")
        default: .answer(ModelAnswer("Bonjour à tous 👋"))
        }
    }
}
