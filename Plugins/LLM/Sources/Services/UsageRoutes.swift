import HearthKit

/// What a user has left of today.
struct UserUsage: Output {
    let day: LocalDate
    let calls: Budget.Calls
    let limits: Budget.Calls

    static let schema = Schema<UserUsage>("LanguageModelUsage") {
        Field("day", .docs("Of UTC.")) { $0.day }
        Field("evaluations") { $0.calls.evaluations }
        Field("evaluations_limit") { $0.limits.evaluations }
        Field("completions") { $0.calls.completions }
        Field("completions_limit") { $0.limits.completions }
    }
}

/// What all together used on a day.
extension Usage: Output {
    static let schema = Schema<Usage>("LanguageModelDay") {
        Field("day", .docs("Of UTC.")) { $0.day }
        Field("evaluations") { $0.evaluations }
        Field("completions") { $0.completions }
        Field("input_tokens") { $0.tokens.input }
        Field("output_tokens") { $0.tokens.output }
        Field("cost_dollars", .docs("By the prices that are set; what calls under way may cost at most is in it.")) {
            Double($0.cost) / 1_000_000
        }
    }
}

/// How many days back.
struct UsageQuery: Input {
    var days = 30

    static let schema = Schema<UsageQuery>("LanguageModelUsageQuery") {
        Field("days", \.days, .range(1...366), .docs("Today among them."))
    }
}

extension Setup {
    /// Tells users and administrators what was used.
    func addUsage(within budget: Budget) {
        routes(tag: "Language models").route(.get, "/llm/usage", "What models did for you today") { request in
            let day = try request.context.date(in: "UTC")
            let usage: Usage? = try await request.context.first(Usage.of(request.user.id, on: day))
            return UserUsage(
                day: day, calls: Budget.Calls(evaluations: usage?.evaluations ?? 0, completions: usage?.completions ?? 0),
                limits: budget.perUser)
        }
        routes(tag: "Language models", access: .admin).route(
            .get, "/llm/days", "What models did for all, day by day", query: UsageQuery.self
        ) { request -> [Usage] in
            let today = try request.context.date(in: "UTC")
            return try await request.context.query(Usage.days(since: today - (request.query.days - 1)))
        }
    }
}
