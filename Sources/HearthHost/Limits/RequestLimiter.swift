import HTTPTypes
import HearthCache
import HearthHTTP

/// Lets requests through as long as their caller has some left in this minute, and says in the answer how many.
struct RequestLimiter: Sendable {
    private let cache: any Cache
    private let limits: RateLimits
    private let metrics: MetricsRegistry

    /// - Parameters:
    ///   - cache: counts
    ///   - limits: how many requests pass
    ///   - metrics: told of what is refused, and of a cache that fails
    init(cache: any Cache, limits: RateLimits, metrics: MetricsRegistry) {
        self.cache = cache
        self.limits = limits
        self.metrics = metrics
    }

    /// Counts a request, and notes the header fields that its answer gets, whatever becomes of it. When the cache fails the
    /// request passes: a host without limits serves better than one that serves nobody.
    ///
    /// - Parameters:
    ///   - request: what was sent
    ///   - endpoint: what it calls
    ///   - user: the id of who is authenticated; nil for nobody
    /// - Throws: `HTTPError` 429 when too many were sent
    func admit(_ request: ServerRequest, to endpoint: Endpoint, user: String?) async throws {
        guard let policy = limits.policy(for: endpoint, isUser: user != nil) else { return }
        let key = policy.key(of: user ?? CallerAddress.counted(request.remoteAddress))
        let pending = PendingAllowance(
            .take(key, limit: Int64(policy.requests), window: RateLimitPolicy.window, cost: 1), of: cache)
        let answer = if let known = pending.known { known } else { await pending.answer }
        guard case .success(.allowance(let allowance)) = answer else {
            _ = metrics.record(.counter, "rate_limit_failures_total", [], 1, owner: "host")
            return
        }
        let seconds = Self.seconds(allowance.reset)
        request.notes.answerFields = [
            .rateLimitPolicy: policy.field,
            .rateLimit: policy.field(remaining: max(0, allowance.remaining), seconds: seconds),
        ]
        guard !allowance.isAllowed else { return }
        _ = metrics.record(.counter, "rate_limit_refusals_total", [("policy", policy.name)], 1, owner: "host")
        // Within a second of the end the window is over soon, and never at once.
        let wait = max(1, seconds)
        throw HTTPError.tooManyRequests(
            "Too many requests, try again in \(wait) second\(wait == 1 ? "" : "s")", retryAfter: Int(wait))
    }

    /// Whole seconds, rounded up.
    private static func seconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return max(0, seconds + (attoseconds > 0 ? 1 : 0))
    }
}
