import HearthKit

/// Language models as this host may use them: who provides them, within which limits.
struct Models: Sendable {
    /// Whom to ask; nil for nobody.
    let provider: Provider?
    let rest = ProviderRest()
    let budget: Budget
    /// The most tokens of an answer.
    let maximumTokens: Int
    let temperature: Double?
    /// How long evaluations are remembered; zero for not at all.
    let remembering: Duration

    /// How many tokens all rounds of one question may take.
    static let tokensPerQuestion = 60_000

    init(_ settings: LLMSettings) {
        provider = settings.chosenProvider
        budget = settings.budget
        maximumTokens = settings.maximumTokens
        temperature = settings.temperature
        remembering = .seconds(settings.rememberHours * 3600)
    }

    /// Asks a question within the budget.
    ///
    /// - Parameters:
    ///   - provider: Who is asked.
    ///   - purpose: What for.
    ///   - user: For whom; nil for nobody.
    ///   - context: On whose behalf, outside of a transaction.
    ///   - question: Asks; adds to the usage what it took, also before an error.
    /// - Throws: ``ProviderError``, ``Budget/Refusal``, `ServiceError` for an unknown user.
    func asking<Answer: Sendable>(
        _ provider: Provider, _ purpose: Budget.Purpose, for user: UUID?, in context: Context,
        _ question: (Chatting, inout TokenUsage) async throws -> Answer
    ) async throws -> Answer {
        if let cause = rest.cause(at: context.now) { throw cause }
        let most = TokenUsage(input: Self.tokensPerQuestion, output: 2 * maximumTokens)
        let reservation: Reservation
        do {
            reservation = try await budget.reserve(purpose, for: user, atMost: most, in: context)
        } catch let error as HostError where error.kind == .constraint {
            throw ServiceError("unknown_user", "There is no such user")
        }
        var usage = TokenUsage()
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await question(Chatting(provider: provider, rest: rest, context: context), &usage))
        } catch {
            answer = .failure(error)
        }
        let cost = await reservation.settle(usage, in: context)
        context.metrics.count("cost_dollars_total", by: Double(cost) / 1_000_000, ["provider": provider.name])
        return try answer.get()
    }
}

extension Context {
    /// Refuses a call inside a transaction, which a model would hold open for as long as it takes.
    func refuseTransaction() throws {
        guard try !info().isInTransaction else {
            throw ServiceError("in_transaction", "Models are not asked inside a transaction")
        }
    }
}
