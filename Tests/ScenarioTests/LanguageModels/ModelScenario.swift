import HearthJSON
import TestServers
import Testing

/// A whole host with the plugin for language models, beside a local provider.
struct ModelScenario {
    let host: TestHost
    let server: LocalHTTPServer
    /// Without token.
    let client: TestClient

    /// Runs a scenario.
    ///
    /// - Parameters:
    ///   - wire: whose format the provider speaks
    ///   - settings: of the plugin, lines of TOML beyond those that say where the provider is
    ///   - key: the key that the operator has set
    ///   - behave: what the provider does; the number counts requests from 1
    ///   - scenario: what happens
    static func run(
        _ wire: ModelWire, settings: String = "", key: String = "sk-test",
        behave: @escaping @Sendable (ModelQuestion, Int) async throws -> ModelBehaviour,
        _ scenario: (ModelScenario) async throws -> Void
    ) async throws {
        try await ModelServer.run(wire, behave: behave) { server in
            try await product(
                plugins: ["llm": table(wire, at: server.base, settings), "service-client": ""],
                environment: environment(wire, key: key)
            ) { host, client in
                try await scenario(ModelScenario(host: host, server: server, client: client))
            }
        }
    }

    /// The lines of the plugin's table in `plugins.conf` by which it asks a local provider.
    static func table(_ wire: ModelWire, at base: String, _ settings: String) -> String {
        """
        client = { hosts = ["http://127.0.0.1:*"], private = ["127.0.0.0/8"] }
        [plugins.llm.settings]
        provider = "\(wire)"
        \(wire)_url = "\(base)"
        \(wire)_model = "test-model"
        \(settings)
        """
    }

    /// The environment with the provider's key.
    static func environment(_ wire: ModelWire, key: String) -> [String: String] {
        ["HEARTH_LLM_\("\(wire)".uppercased())_KEY": key]
    }

    /// What a sound model answers.
    static let answer = evaluation()

    /// What a model answers.
    static func evaluation(_ difficulty: String = "hard", xp: String = "90", coins: String = "40") -> String {
        """
        {"difficulty": "\(difficulty)", "xp_reward": \(xp), "coins_reward": \(coins), "reasoning": "It takes a while.",
         "suggested_subtasks": ["Begin", "End"], "estimated_time_minutes": 120}
        """
    }
}

extension TestClient {
    /// Has a task evaluated.
    ///
    /// - Returns: The answer of the service, or `code` and `retryable` of its error.
    func evaluate(_ title: String = "Write the report", _ more: JSONObject = [:]) async throws -> JSONValue {
        var input: JSONObject = ["task": ["title": .string(title)]]
        for (name, value) in more.members { input[name] = value }
        let answer = try await call("evaluator/1", "evaluate", input)
        if let output = answer["output"], output != .null { return output }
        return answer
    }

    /// Has a text completed.
    func complete(_ text: String, _ method: String = "complete", _ more: JSONObject = [:]) async throws -> JSONValue {
        var input: JSONObject = [
            "instructions": "Be kind.", "messages": [["role": "user", "text": .string(text)]],
        ]
        for (name, value) in more.members { input[name] = value }
        return try await call("completion/1", method, input)
    }
}
