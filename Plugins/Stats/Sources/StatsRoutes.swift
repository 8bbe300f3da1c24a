import HearthKit

/// How far back the overview looks.
struct OverviewQuery: Input {
    var timeRange = TimeRange.week

    static let schema = Schema<OverviewQuery>("StatsOverviewQuery") { Field("time_range", \.timeRange) }
}

/// How far back the list of habits looks.
struct HabitsQuery: Input {
    var timeRange = TimeRange.month

    static let schema = Schema<HabitsQuery>("StatsHabitsQuery") { Field("time_range", \.timeRange) }
}

extension Routes {
    /// Everything under `/stats`.
    func addStatistics() {
        route(
            .get, "/stats/overview", "Sum up my days", query: OverviewQuery.self,
            options: RouteOptions(
                docs: """
                    Weeks begin on Monday; week, month and year go from their beginning until today. Trends compare with as many days \
                    of the week, month or year before.
                    """)
        ) { request in
            try await request.context.overview(of: request.user, request.query.timeRange)
        }
        route(.get, "/stats/calendar", "Show a month of my days", query: CalendarQuery.self) { request in
            try await request.context.calendar(of: request.user, request.query)
        }
        route(
            .get, "/stats/habits", "Compare my habits, the best first", query: HabitsQuery.self,
            options: RouteOptions(docs: "Archived ones too.")
        ) { request in
            let (context, user) = (request.context, try request.user)
            let days = request.query.timeRange.days(until: try context.date(in: user.timezone))
            let counts = try await context.habitCounts(of: user.id, in: days)
            return try HabitStat.list(of: await context.habits(of: user.id), counts, in: days) {
                try context.date(at: $0, in: user.timezone)
            }
        }
        route(
            .get, "/stats/trends", "Compare this week with the last one, or list the last days", query: TrendsQuery.self
        ) { request in
            try await request.context.trends(of: request.user, days: request.query.days)
        }
        route(
            .get, "/stats/insights", "Tell what is worth knowing, the most important first",
            options: RouteOptions(
                docs: "In English or French, as `Accept-Language` asks, else as the user has chosen, else in French.")
        ) { request in
            try await request.context.insights(for: request.user, in: request.language(or: Language.french))
        }
        reply(
            .get, "/stats/export", "Export my days", query: ExportQuery.self, documents: StatsExportJSON.self,
            options: RouteOptions(deadline: .seconds(300), answerTypes: ["text/csv"])
        ) { request in
            let (context, user) = (request.context, try request.user)
            let days = request.query.timeRange.days(until: try context.date(in: user.timezone))
            return StatsExport(user: user, range: days, context: context).reply(request.query.format)
        }
    }
}
