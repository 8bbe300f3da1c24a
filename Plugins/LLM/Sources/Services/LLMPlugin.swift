public import HearthKit

/// Language models for the other plugins: `evaluator/1` says what a task is worth, `completion/1` completes texts.
///
/// `Models` asks within a `Budget` through `Chatting`, which speaks to a `Provider` in its `WireFormat`. Without a provider, or
/// when it fails, `LocalEvaluator` evaluates tasks by rules.
public struct LLMPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "llm"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers services and routes.
    ///
    /// - Throws: ``UselessSettings``.
    public init(_ setup: Setup) throws {
        let settings = try setup.settings.decoded(as: LLMSettings.self)
        try settings.check()
        let models = Models(settings)
        setup.log.info(
            "Language models", ["provider": models.provider?.name ?? "none", "model": models.provider?.model ?? ""])
        setup.addUsage(within: models.budget)
        UsageCleaning.add(to: setup)
        setup.exportUserData { context, user in try await context.query(Usage.all(of: user)) as [Usage] }
        setup.provide("evaluator/1") {
            ProvidedMethod(
                ServiceMethod<EvaluationRequest, Evaluation>("evaluator/1", "evaluate"),
                "Says what a task is worth. Always answers.",
                serve: { try await models.evaluate($1, in: $0) })
        }
        setup.provide("completion/1") {
            ProvidedMethod(
                ServiceMethod<CompletionRequest, Completion>("completion/1", "complete"), "Completes a text.",
                serve: { try await models.complete($1, in: $0) })
            ProvidedMethod(
                ServiceMethod<CompletionRequest, Completion>("completion/1", "stream"),
                "Completes a text and sends it in pieces of UTF-8 as it comes. With a schema the whole comes at once.",
                serve: { context, request in
                    try await models.complete(request, piece: { try context.send(piece: Array($0.utf8)) }, in: context)
                })
        }
    }
}
