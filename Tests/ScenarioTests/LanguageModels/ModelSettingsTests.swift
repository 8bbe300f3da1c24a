import HearthHost
import HearthJSON
import Testing

/// Settings with which no model can ever answer are found at the start, and not by the first user.
@Suite struct ModelSettingsTests {
    /// What an operator has set, and what he has to read.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let settings: String
        var environment: [String: String] = [:]
        let words: [String]
        var testDescription: String { settings }
    }

    static let mistakes = [
        Mistake(
            settings: "provider = \"anthropic\"", words: ["plugins.llm", "settings.provider", "HEARTH_LLM_ANTHROPIC_KEY"]),
        Mistake(
            settings: "provider = \"openai\"", environment: ["HEARTH_LLM_ANTHROPIC_KEY": "sk-test"],
            words: ["plugins.llm", "settings.provider", "HEARTH_LLM_OPENAI_KEY"]),
        Mistake(settings: "provider = \"ollama\"", words: ["plugins.llm", "settings.provider", "ollama_model"]),
        Mistake(
            settings: "anthropic_url = \"not a url\"", environment: ["HEARTH_LLM_ANTHROPIC_KEY": "sk-test"],
            words: ["plugins.llm.settings.anthropic_url", "https://api.anthropic.com", "not a url"]),
        Mistake(
            settings: "ollama_url = \"localhost:11434\"",
            words: ["plugins.llm.settings.ollama_url", "http://localhost:11434"]),
        Mistake(settings: "ollama_model = \"\"", words: ["plugins.llm.settings.ollama_model"]),
    ]

    @Test(arguments: mistakes) func `what can never work refuses the start`(_ mistake: Mistake) async throws {
        var message = ""
        do {
            let host = try await TestHost.start(
                plugins: ["llm": "[plugins.llm.settings]\n\(mistake.settings)"], environment: mistake.environment)
            try await host.stop()
            Issue.record("the host has started")
        } catch {
            message = "\(error)"
        }
        for word in mistake.words { #expect(message.contains(word), "\(word) in: \(message)") }
        #expect(!message.contains("sk-test"))
    }

    @Test(arguments: [
        "", "provider = \"none\"", "provider = \"openai\"\nopenai_url = \"http://models.internal:8080/api/\"",
        "provider = \"ollama\"\nollama_model = \"qwen3\"\nollama_url = \"http://[::1]:11434\"",
    ])
    func `what needs no key starts without one, and says nothing of it`(_ settings: String) async throws {
        try await product(plugins: ["llm": "[plugins.llm.settings]\n\(settings)"]) { host, client async throws in
            #expect(try await client.get("/api/health").status == 200)
            let complaints = host.log.all.filter { $0.hasPrefix("warning ") && $0.contains("llm") }
            #expect(complaints.isEmpty)
        }
    }
}
