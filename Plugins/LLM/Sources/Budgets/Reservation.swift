import HearthKit

/// A call that was taken from a budget before it was made.
struct Reservation: Sendable {
    let user: UUID?
    let day: LocalDate
    let calls: Budget.Calls
    /// Millionths of a dollar that are counted until the true cost is known.
    let held: Int
    let prices: Budget.Prices

    /// Puts what was used in the place of what was held. A call that used nothing, since nobody answered, is given back.
    ///
    /// Happens even when nobody waits for the result any more: it was paid for.
    /// - Parameters:
    ///   - usage: In all rounds of the call.
    ///   - context: On whose behalf the call was made.
    /// - Returns: What it cost, in millionths of a dollar.
    @discardableResult func settle(_ usage: TokenUsage, in context: Context) async -> Int {
        let cost = prices.cost(of: usage)
        let statements = Usage.settling(self, usage, cost: cost)
        do {
            try await context.execute(statements)
        } catch {
            // The call's own context may be over: it was cancelled, or took too long.
            do {
                try context.background("settle usage", timeLimit: .seconds(30)) { _ = try await $0.execute(statements) }
            } catch {
                context.log.warning("What a model used is not counted exactly", ["error": "\(error)"])
            }
        }
        return cost
    }
}
