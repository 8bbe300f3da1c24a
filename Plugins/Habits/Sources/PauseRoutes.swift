import HearthKit

extension Routes {
    private static let habitID = PathParameter<UUID>("habit_id", "The habit.")
    private static let start = PathParameter<LocalDate>("start_date", "The first day of the pause.")

    /// Everything under `/habits/{habit_id}/pauses`.
    func addPauses() {
        route(
            .post, "/habits/\(Self.habitID)/pauses", "Pause a habit", body: Pause.self, status: 201,
            options: RouteOptions(
                failures: [
                    .pauseInThePast, .pauseTooFar, .pauseReversed, .pauseTooLong, .tooManyPauses, .habitNotFound, .pauseOverlaps,
                ],
                docs: """
                    While it is paused a habit is not on today's list, reminds nobody and is not counted in rates. A day in a \
                    pause, or a week with such a day, breaks no streak when it is left out, and counts when it is kept.
                    """)
        ) { request in
            try await request.context.change(request[Self.habitID], by: request.user) { habit, today in
                guard request.body.startDate >= today.date else { throw Failure.pauseInThePast }
                guard request.body.startDate - today.date <= 365 else { throw Failure.pauseTooFar }
                try habit.schedule.add(request.body)
            }
        }
        route(
            .delete, "/habits/\(Self.habitID)/pauses/\(Self.start)", "End a pause", status: 204,
            options: RouteOptions(
                failures: [.habitNotFound, .pauseNotFound],
                docs: "From today on. Days of it that are over stay, and one that has not begun is given up.")
        ) { request in
            let start = try request[Self.start]
            _ = try await request.context.change(request[Self.habitID], by: request.user) { habit, today in
                try habit.schedule.endPause(from: start, on: today.date)
            }
            return Nothing()
        }
    }
}
