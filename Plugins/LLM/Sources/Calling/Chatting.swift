import HearthKit

/// Asks a provider, again after failures that pass.
struct Chatting: Sendable {
    let provider: Provider
    let rest: ProviderRest
    let context: Context

    /// How often a request is sent at most.
    static let attempts = 3
    /// The longest pause between two; who asks for a longer one is left alone.
    static let longestPause = Duration.seconds(20)

    /// Asks for a whole answer.
    ///
    /// - Throws: ``ProviderError``; `CancellationError`.
    func reply(to request: ChatRequest) async throws -> ChatReply {
        try await attempting(request) { _ in
            try provider.reply(try await context.client.send(provider.request(request, isStreamed: false)))
        }
    }

    /// Asks for an answer that comes piece by piece. Nothing is asked again once there is a piece.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - piece: Takes the text as it comes.
    /// - Throws: As ``reply(to:)``, and what `piece` throws.
    func stream(_ request: ChatRequest, piece: @escaping @Sendable (String) throws -> Void) async throws -> ChatReply {
        try await attempting(request) { progress in
            try await context.client.stream(provider.request(request, isStreamed: true)) { stream in
                guard stream.head.isSuccess else {
                    var body: [UInt8] = []
                    for try await bytes in stream where body.count < 1 << 16 { body += bytes }
                    throw provider.failure(stream.head, body: body)
                }
                var reader = provider.format.reader()
                for try await bytes in stream {
                    let text = try reader.take(bytes)
                    if !text.isEmpty {
                        progress.add(text)
                        try piece(text)
                    }
                }
                return try reader.finish()
            }
        }
    }

    private func attempting(
        _ request: ChatRequest, _ ask: (Progress) async throws -> ChatReply
    ) async throws -> ChatReply {
        var attempt = 1
        while true {
            let progress = Progress()
            let error: ProviderError
            do {
                var reply = try await ask(progress)
                // Some tell nothing, or nothing of what they had in their cache.
                if reply.usage.input == 0 { reply.usage.input = request.estimatedTokens }
                rest.succeeded()
                count("answered", reply.usage)
                return reply
            } catch let failure as ProviderError {
                error = failure
            } catch let failure as HostError where failure.kind != .cancelled && failure.kind != .stale {
                error = ProviderError(failure)
            }
            count(error.kind.rawValue, TokenUsage())
            context.log.warning(
                "A language model did not answer",
                [
                    "provider": provider.name, "kind": error.kind.rawValue, "error": provider.withoutKey(error.message),
                    "attempt": "\(attempt)",
                ])
            let pause = error.pause ?? Self.pause(after: attempt)
            guard error.isPassing, attempt < Self.attempts, pause <= Self.longestPause, progress.bytes == 0 else {
                rest.failed(error, at: context.now)
                throw error
            }
            try await Task.sleep(for: pause)
            attempt += 1
        }
    }

    /// Half a second, doubled, minus up to a quarter, so that those who failed together do not come back together.
    private static func pause(after attempt: Int) -> Duration {
        min(.milliseconds(500) * (1 << (attempt - 1)), .seconds(8)) * Double.random(in: 0.75...1)
    }

    private func count(_ outcome: String, _ usage: TokenUsage) {
        context.metrics.count("requests_total", ["provider": provider.name, "outcome": outcome])
        guard usage != TokenUsage() else { return }
        context.metrics.count("tokens_total", by: Double(usage.input), ["provider": provider.name, "kind": "input"])
        context.metrics.count("tokens_total", by: Double(usage.output), ["provider": provider.name, "kind": "output"])
    }
}
