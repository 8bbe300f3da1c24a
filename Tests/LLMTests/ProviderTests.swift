import HearthKit
import Testing

@testable import LLM

/// Who is asked, when he is left alone, and what it costs.
struct ProviderTests {
    private func settings(_ change: (inout LLMSettings) -> Void) -> LLMSettings {
        var settings = LLMSettings()
        settings.anthropicURL = "https://api.anthropic.com/"
        settings.openAIURL = "https://api.openai.com"
        settings.ollamaURL = "http://localhost:11434"
        change(&settings)
        return settings
    }

    @Test func `the first who is set up is asked`() {
        let nobody = settings { _ in }
        #expect(nobody.chosenProvider?.name == nil)
        let openAI = settings { $0.openAIKey = "k" }
        #expect(openAI.chosenProvider?.name == "openai")
        let both = settings {
            $0.openAIKey = "k"
            $0.anthropicKey = "k"
        }
        #expect(both.chosenProvider?.url == "https://api.anthropic.com")
        let ollama = settings { $0.ollamaModel = "qwen3" }
        #expect(ollama.chosenProvider?.name == "ollama")
        let none = settings {
            $0.anthropicKey = "k"
            $0.provider = "none"
        }
        #expect(none.chosenProvider?.name == nil)
    }

    @Test func `who is named needs a key or a model, unless he is one's own`() throws {
        for name in ["anthropic", "openai"] {
            let named = settings { $0.provider = name }
            #expect(throws: UselessSettings.keyMissing(name)) { try named.check() }
        }
        let model = settings { $0.provider = "ollama" }
        #expect(throws: UselessSettings.modelMissing) { try model.check() }
        let sound: [LLMSettings] = [
            settings { _ in }, settings { $0.provider = "none" },
            settings {
                $0.provider = "openai"
                $0.openAIKey = "k"
            },
            settings {
                $0.provider = "openai"
                $0.openAIURL = "http://localhost:8080"
            },
            settings {
                $0.provider = "ollama"
                $0.ollamaModel = "qwen3"
            },
        ]
        for one in sound { try one.check() }
    }

    @Test(arguments: [Int64.min, -1, .max]) func `counts of tokens that nobody can believe are not`(_ count: Int64) {
        let wrong: JSONValue = .integer(count)
        let limits = 0...3_000_000_000
        for usage in [
            AnthropicFormat.usage(["input_tokens": wrong, "cache_read_input_tokens": wrong, "output_tokens": wrong]),
            OpenAIFormat.usage(["prompt_tokens": wrong, "completion_tokens": wrong]),
            OllamaFormat.usage(["prompt_eval_count": wrong, "eval_count": wrong]),
        ] {
            #expect(limits.contains(usage.input) && limits.contains(usage.output))
        }
    }

    @Test(
        arguments: [nil, "", "/v1", "//host/v1", "ftp://host/", "https://user:key@host/", "https://", "https://a b/"] as [String?]
    )
    func `a redirect names no target that is no plain host`(_ location: String?) {
        let error = ProviderError.redirect(308, to: location)
        #expect(error.kind == .misconfigured)
        #expect(error.message.hasPrefix("308: the provider redirects, and"))
    }

    private let start = Timestamp(microseconds: 0)

    @Test func `a wrong key rests long, a busy server only after some failures`() {
        let rest = ProviderRest()
        rest.failed(ProviderError(.misconfigured, "key"), at: start)
        #expect(rest.cause(at: start)?.kind == .misconfigured)
        #expect(rest.cause(at: start + ProviderRest.long) == nil)
        rest.succeeded()
        for _ in 1..<ProviderRest.threshold { rest.failed(ProviderError(.unavailable, "busy"), at: start) }
        #expect(rest.cause(at: start) == nil)
        rest.failed(ProviderError(.unavailable, "busy"), at: start)
        #expect(rest.cause(at: start) != nil)
        #expect(rest.cause(at: start + ProviderRest.short) == nil)
    }

    @Test func `a limit lasts as long as it says, within reason`() {
        let rest = ProviderRest()
        rest.failed(ProviderError(.rateLimited, "slow down", pause: .seconds(90)), at: start)
        #expect(rest.cause(at: start + .seconds(89)) != nil)
        #expect(rest.cause(at: start + .seconds(90)) == nil)
        rest.failed(ProviderError(.rateLimited, "slow down", pause: .seconds(86_400)), at: start)
        #expect(rest.cause(at: start + ProviderRest.longest) == nil)
    }

    @Test func `what the text of a user may provoke takes the provider from nobody`() {
        let rest = ProviderRest()
        for _ in 0..<100 { rest.failed(ProviderError(.rejected, "no"), at: start) }
        #expect(rest.cause(at: start) == nil)
    }

    @Test func `costs are rounded up to the millionth of a dollar`() {
        let prices = Budget.Prices(input: 0.8, output: 4)
        #expect(prices.cost(of: TokenUsage(input: 1001, output: 100)) == 1201)
        #expect(prices.cost(of: TokenUsage()) == 0)
        #expect(prices.cost(of: TokenUsage(input: .max, output: .max)) == 1_000_000_000_000_000)
    }
}
