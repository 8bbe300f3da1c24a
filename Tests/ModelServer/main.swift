import Foundation
import TestServers

// Usage: model-server anthropic|openai|ollama
//
// Runs a local provider until its input ends, and writes the port on a line. A request whose last words name a case is answered
// by it; see `behaviour`.

guard let wire = CommandLine.arguments.dropFirst().first.flatMap(ModelWire.init) else {
    FileHandle.standardError.write(Data("usage: model-server anthropic|openai|ollama\n".utf8))
    exit(2)
}

/// The cases that the tests of the official clients name.
@Sendable func behaviour(_ question: ModelQuestion) -> ModelBehaviour {
    if !question.toolResults.isEmpty { return .answer(ModelAnswer("It is \(question.toolResults.joined(separator: " and "))")) }
    for (word, behaviour) in [
        ("call", .answer(ModelAnswer(calls: [.init("weather", #"{"city": "Paris"}"#)]))),
        ("length", .answer(ModelAnswer("A begi", end: .tooLong))),
        ("overload", .failure(status: wire == .anthropic ? 529 : 503, kind: "overloaded_error", message: "Overloaded")),
        ("limit", .failure(status: 429, kind: "rate_limit_error", message: "Too many requests", headers: ["retry-after": "1"])),
        ("break", .failureWithin(ModelAnswer("A beginning"), kind: "overloaded_error")),
    ] as [(String, ModelBehaviour)] where question.userText.hasSuffix(word) {
        return behaviour
    }
    return .answer(ModelAnswer("Bonjour à tous 👋"))
}

try await ModelServer.run(wire, behave: { question, _ in behaviour(question) }) { server in
    print(server.port)
    fflush(stdout)
    // Whoever started it closes its input, or is gone.
    await Task.detached { while readLine() != nil {} }.value
}
