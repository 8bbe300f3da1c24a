import HearthKit

/// The settings, as `plugin.toml` declares them.
struct LLMSettings: Input {
    var provider = "auto"
    var anthropicKey: String?
    var anthropicURL = ""
    var anthropicModel = ""
    var openAIKey: String?
    var openAIURL = ""
    var openAIModel = ""
    var ollamaKey: String?
    var ollamaURL = ""
    var ollamaModel: String?
    var ollamaContext = 8192
    var timeoutSeconds = 60
    var maximumTokens = 2048
    var temperature: Double?
    var evaluationsPerUser = 20
    var evaluationsPerDay = 500
    var completionsPerUser = 50
    var completionsPerDay = 1000
    var dollarsPerDay: Double?
    var inputPrice = 0.0
    var outputPrice = 0.0
    var rememberHours = 168

    static let schema = Schema<LLMSettings>("LLMSettings") {
        Field("provider", \.provider)
        Field("anthropic_key", \.anthropicKey)
        Field("anthropic_url", \.anthropicURL)
        Field("anthropic_model", \.anthropicModel)
        Field("openai_key", \.openAIKey)
        Field("openai_url", \.openAIURL)
        Field("openai_model", \.openAIModel)
        Field("ollama_key", \.ollamaKey)
        Field("ollama_url", \.ollamaURL)
        Field("ollama_model", \.ollamaModel)
        Field("ollama_context", \.ollamaContext)
        Field("timeout_seconds", \.timeoutSeconds)
        Field("maximum_tokens", \.maximumTokens)
        Field("temperature", \.temperature)
        Field("evaluations_per_user", \.evaluationsPerUser)
        Field("evaluations_per_day", \.evaluationsPerDay)
        Field("completions_per_user", \.completionsPerUser)
        Field("completions_per_day", \.completionsPerDay)
        Field("dollars_per_day", \.dollarsPerDay)
        Field("input_price", \.inputPrice)
        Field("output_price", \.outputPrice)
        Field("remember_hours", \.rememberHours)
    }

    /// Whom to ask; nil for nobody. With `auto` the first who is set up; a named one is asked even without a key, which servers
    /// of one's own do not need.
    var chosenProvider: Provider? {
        let name =
            switch provider {
            case "auto": anthropicKey != nil ? "anthropic" : openAIKey != nil ? "openai" : "ollama"
            default: provider
            }
        return switch name {
        case "anthropic": provider(name, AnthropicFormat(), anthropicURL, anthropicKey, anthropicModel)
        case "openai": provider(name, OpenAIFormat(), openAIURL, openAIKey, openAIModel)
        case "ollama":
            ollamaModel.map { provider(name, OllamaFormat(contextTokens: ollamaContext), ollamaURL, ollamaKey, $0) }
        default: nil
        }
    }

    /// Finds what keeps a provider that is chosen by name from ever answering, while somebody looks: at the start.
    ///
    /// - Throws: ``UselessSettings``.
    func check() throws(UselessSettings) {
        switch provider {
        case "anthropic" where anthropicKey == nil && Self.isPublic(anthropicURL): throw .keyMissing("anthropic")
        case "openai" where openAIKey == nil && Self.isPublic(openAIURL): throw .keyMissing("openai")
        case "ollama" where ollamaModel == nil: throw .modelMissing
        default: break
        }
    }

    /// Whether a URL is that of a provider who answers nobody without a key. A server of one's own may.
    private static func isPublic(_ url: String) -> Bool {
        ["https://api.anthropic.com", "https://api.openai.com"].contains(base(url))
    }

    /// A URL without a slash at the end.
    private static func base(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

    private func provider(_ name: String, _ format: any WireFormat, _ url: String, _ key: String?, _ model: String) -> Provider {
        Provider(
            name: name, format: format, url: Self.base(url), key: key, model: model, timeout: .seconds(timeoutSeconds))
    }

    var budget: Budget {
        Budget(
            perUser: Budget.Calls(evaluations: evaluationsPerUser, completions: completionsPerUser),
            perDay: Budget.Calls(evaluations: evaluationsPerDay, completions: completionsPerDay),
            costPerDay: dollarsPerDay.map { Int(($0 * 1_000_000).rounded()) },
            prices: Budget.Prices(input: inputPrice, output: outputPrice))
    }
}
