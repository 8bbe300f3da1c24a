import HearthKit

extension Routes {
    private static let vacationID = PathParameter<UUID>("vacation_id", "The vacation.")

    /// Everything under `/streak`.
    func addStreak() {
        route(.get, "/streak/status", "Show the streak and its freezes") { request in
            try await request.context.streakStatus(of: request.user)
        }
        route(
            .post, "/streak/freeze", "Protect the streak for a day",
            options: RouteOptions(
                failures: [
                    .badRequest("Streak is already frozen until {frozen_until}"), .freezeLimit,
                    .badRequest("Insufficient coins. Need 50, have {coins}"),
                ],
                docs: """
                    Protects the first day from today on that needs something done. The first one of a week is free, a further \
                    one costs 50 coins; two a month. When a single day is missed, the free one of the week is spent by itself.
                    """)
        ) { request in
            try await request.context.freeze(for: request.user)
        }
        route(.get, "/streak/vacations", "List the vacations that are not over") { request in
            let user = try request.user
            let today = try request.context.date(in: user.timezone)
            let rests: [Rest] = try await request.context.query(Rest.vacations(of: user.id, from: today))
            return rests.map { VacationResponse(rest: $0) }
        }
        route(
            .post, "/streak/vacations", "Announce a vacation", body: VacationCreate.self, status: 201,
            options: RouteOptions(
                failures: [
                    .vacationInThePast, .vacationTooFar, .vacationReversed, .vacationTooLong, .vacationOverlaps,
                ],
                docs: "Days of a vacation break no streak, and add nothing to it unless something is done.")
        ) { request in
            try await request.context.announce(request.body, by: request.user)
        }
        route(
            .delete, "/streak/vacations/\(Self.vacationID)", "End a vacation", status: 204,
            options: RouteOptions(failures: [.vacationNotFound], docs: "Days of it that are over stay.")
        ) { request in
            try await request.context.endVacation(request[Self.vacationID], by: request.user)
            return Nothing()
        }
    }
}
