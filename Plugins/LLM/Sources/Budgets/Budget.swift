import HearthKit

/// What may be used on a day of UTC, and what it costs.
struct Budget: Sendable {
    /// What models are asked for; each is counted by itself.
    enum Purpose: Sendable {
        /// A task is evaluated.
        case evaluation
        /// Another plugin wants a text.
        case completion
    }

    /// Why nothing may be asked at the moment.
    enum Refusal: Error, Equatable {
        /// This user has had his share.
        case user
        /// All together have had theirs, or the money is spent.
        case day
    }

    /// How often a user may ask.
    let perUser: Calls
    /// How often all together may ask.
    let perDay: Calls
    /// Millionths of a dollar that all together may spend; nil for any.
    let costPerDay: Int?
    /// What tokens cost.
    let prices: Prices

    /// Numbers of calls by purpose.
    struct Calls: Sendable, Equatable {
        let evaluations: Int
        let completions: Int

        /// One call.
        init(one purpose: Purpose) {
            evaluations = purpose == .evaluation ? 1 : 0
            completions = purpose == .completion ? 1 : 0
        }

        init(evaluations: Int, completions: Int) {
            self.evaluations = evaluations
            self.completions = completions
        }
    }

    /// Dollars for a million tokens, which are millionths of a dollar for one.
    struct Prices: Sendable, Equatable {
        let input: Double
        let output: Double

        /// Millionths of a dollar, rounded up.
        func cost(of usage: TokenUsage) -> Int {
            let cost = Double(usage.input) * input + Double(usage.output) * output
            return cost < 1e15 ? Int(cost.rounded(.up)) : 1_000_000_000_000_000
        }
    }

    /// Takes a call from the budget before it is made, exactly: of several at once, on several hosts, as many succeed as there are
    /// calls left. The user's row comes before the day's, so that no two wait for each other.
    ///
    /// - Parameters:
    ///   - purpose: What for.
    ///   - user: For whom; nil for nobody, when only the day counts.
    ///   - most: The tokens that it may take at most.
    ///   - context: Outside of a transaction.
    /// - Throws: ``Refusal``; ``HostError`` of kind `constraint` for an unknown user.
    func reserve(_ purpose: Purpose, for user: UUID?, atMost most: TokenUsage, in context: Context) async throws -> Reservation {
        let day = try context.date(in: "UTC")
        let reservation = Reservation(
            user: user, day: day, calls: Calls(one: purpose), held: prices.cost(of: most), prices: prices)
        try await context.transaction { transaction in
            if let user {
                let changed = try await transaction.execute([
                    Usage.opening(of: user, on: day), Usage.taking(reservation, from: perUser, of: user),
                ])
                guard changed.last == 1 else { throw Refusal.user }
            }
            let changed = try await transaction.execute([
                Usage.opening(on: day), Usage.taking(reservation, from: perDay, costing: costPerDay),
            ])
            guard changed.last == 1 else { throw Refusal.day }
        }
        return reservation
    }
}
