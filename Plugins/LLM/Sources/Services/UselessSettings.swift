/// Settings of which each is right and which can never work together: the host refuses the start with the description.
struct UselessSettings: Error, Equatable, CustomStringConvertible {
    let description: String

    /// A provider that answers nobody without a key.
    static func keyMissing(_ provider: String) -> UselessSettings {
        UselessSettings(
            description: """
                settings.provider: "\(provider)" needs a key; set the environment variable HEARTH_LLM_\(provider.uppercased())_KEY, \
                or \(provider)_url if you have a server that needs none
                """)
    }

    /// An Ollama that nobody has told which of its models to run.
    static let modelMissing = UselessSettings(
        description: "settings.provider: \"ollama\" needs a model; set ollama_model, such as \"qwen3\"")
}
