import HearthKit

/// What was used on a day.
struct Usage: Row {
    let day: LocalDate
    let evaluations: Int
    let completions: Int
    let tokens: TokenUsage
    /// Millionths of a dollar.
    let cost: Int

    private static let columns: SQL = "day, evaluations, completions, input_tokens, output_tokens, cost"

    init(row: inout RowReader) throws {
        day = try row.next()
        evaluations = try row.next()
        completions = try row.next()
        tokens = TokenUsage(input: try row.next(), output: try row.next())
        cost = try row.next()
    }

    /// A user's day.
    static func of(_ user: UUID, on day: LocalDate) -> SQL {
        "SELECT \(columns) FROM llm_usage WHERE user_id = \(user) AND day = \(day)"
    }

    /// The days since one, the latest first.
    static func days(since day: LocalDate) -> SQL {
        "SELECT \(columns) FROM llm_days WHERE day >= \(day) ORDER BY day DESC"
    }

    /// All that is known of a user, the latest day first.
    static func all(of user: UUID) -> SQL {
        "SELECT \(columns) FROM llm_usage WHERE user_id = \(user) ORDER BY day DESC"
    }

    /// Removes the days before one.
    static func removal(before day: LocalDate) -> [SQL] {
        ["DELETE FROM llm_usage WHERE day < \(day)", "DELETE FROM llm_days WHERE day < \(day)"]
    }

    /// Makes sure that a user's day has a row.
    static func opening(of user: UUID, on day: LocalDate) -> SQL {
        """
        INSERT INTO llm_usage (user_id, day, evaluations, completions, input_tokens, output_tokens, cost)
        VALUES (\(user), \(day), 0, 0, 0, 0, 0) ON CONFLICT (user_id, day) DO NOTHING
        """
    }

    /// Makes sure that a day has a row.
    static func opening(on day: LocalDate) -> SQL {
        """
        INSERT INTO llm_days (day, evaluations, completions, input_tokens, output_tokens, cost)
        VALUES (\(day), 0, 0, 0, 0, 0) ON CONFLICT (day) DO NOTHING
        """
    }

    /// Takes a call from a user's day, if there is one left.
    static func taking(_ call: Reservation, from limit: Budget.Calls, of user: UUID) -> SQL {
        """
        UPDATE llm_usage SET \(adding(call)) WHERE user_id = \(user) AND day = \(call.day) AND \(within(limit, call))
        """
    }

    /// Takes a call from a day, if there is one left and money for it.
    static func taking(_ call: Reservation, from limit: Budget.Calls, costing most: Int?) -> SQL {
        let affordable: SQL = most.map { "AND cost <= \($0 - call.held)" } ?? ""
        return "UPDATE llm_days SET \(adding(call)) WHERE day = \(call.day) AND \(within(limit, call)) \(affordable)"
    }

    private static func adding(_ call: Reservation) -> SQL {
        """
        evaluations = evaluations + \(call.calls.evaluations), completions = completions + \(call.calls.completions), \
        cost = cost + \(call.held)
        """
    }

    /// Only what is asked for is limited: a limit that was lowered refuses nothing else.
    private static func within(_ limit: Budget.Calls, _ call: Reservation) -> SQL {
        call.calls.evaluations > 0
            ? "evaluations < \(limit.evaluations)" : "completions < \(limit.completions)"
    }

    /// Puts what was used in the place of what was held.
    static func settling(_ call: Reservation, _ usage: TokenUsage, cost: Int) -> [SQL] {
        // Nothing was used: nobody answered.
        let back = usage == TokenUsage() ? call.calls : Budget.Calls(evaluations: 0, completions: 0)
        let change: SQL = """
            evaluations = evaluations - \(back.evaluations), completions = completions - \(back.completions),
            input_tokens = input_tokens + \(usage.input), output_tokens = output_tokens + \(usage.output),
            cost = cost + \(cost - call.held)
            """
        let user: [SQL] = call.user.map { ["UPDATE llm_usage SET \(change) WHERE user_id = \($0) AND day = \(call.day)"] } ?? []
        return user + ["UPDATE llm_days SET \(change) WHERE day = \(call.day)"]
    }
}
