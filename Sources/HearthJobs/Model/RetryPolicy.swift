/// How often, and after which pauses, a job that failed is tried again.
public struct RetryPolicy: Sendable, Equatable {
    private enum Pauses: Sendable, Equatable {
        case doubling(first: Duration, cap: Duration)
        case listed([Duration])
    }

    private let pauses: Pauses
    /// How often a job is tried again.
    public let retries: Int
    /// By which part a pause is longer or shorter at most, at random, so that what failed together does not come together.
    public let jitter: Double

    /// Three retries, after 60, 120 and 240 seconds.
    public static let standard = RetryPolicy.exponential(retries: 3)
    /// No retry.
    public static let never = RetryPolicy.delays([])

    /// Pauses that double.
    ///
    /// - Parameters:
    ///   - first: the first pause
    ///   - cap: the longest one
    ///   - retries: how often
    ///   - jitter: 0 to 1
    public static func exponential(
        first: Duration = .seconds(60), cap: Duration = .seconds(300), retries: Int, jitter: Double = 0
    ) -> RetryPolicy {
        RetryPolicy(pauses: .doubling(first: first, cap: cap), retries: max(0, retries), jitter: min(max(0, jitter), 1))
    }

    /// Pauses one by one; as many retries as there are.
    public static func delays(_ delays: [Duration], jitter: Double = 0) -> RetryPolicy {
        RetryPolicy(pauses: .listed(delays), retries: delays.count, jitter: min(max(0, jitter), 1))
    }

    /// How many failures end a job.
    public var maximumFailures: Int { retries + 1 }

    /// The pause before the next try.
    ///
    /// - Parameters:
    ///   - failures: how often it has failed, from 1
    ///   - chance: a random number of [0, 1), which decides about the jitter
    /// - Returns: nil when it is not tried again
    public func pause(after failures: Int, chance: Double = .random(in: 0..<1)) -> Duration? {
        guard failures >= 1, failures <= retries else { return nil }
        let pause =
            switch pauses {
            case .doubling(let first, let cap): min(cap, first * (1 << min(failures - 1, 40)))
            case .listed(let delays): delays[failures - 1]
            }
        return jitter == 0 ? pause : pause * (1 + jitter * (2 * chance - 1))
    }
}
