import HearthKit

extension Context {
    /// How many completions are read together.
    private static let pageSize = 400
    /// How many days are noted together.
    private static let daysTogether = 1000

    /// Counts all completions of habits of a user that are not counted yet, and what was due on all days since the first of them:
    /// after he has brought them along from elsewhere.
    ///
    /// Page by page, and begun anew after a failure: what is counted already changes nothing. One that is undone meanwhile is
    /// undone later than the import, and so known as such, whichever is heard first.
    ///
    /// - Parameter toldAt: When they were brought along.
    func countAnew(_ id: UUID, toldAt: Timestamp) async throws {
        guard let user = try await users([id]).first else { return }
        var first: LocalDate?
        var last: HeardCompletion?
        var page: [HeardCompletion] = []
        repeat {
            let asked = CompletionsQuestion(userID: id, after: last, limit: Self.pageSize)
            page = try await call(HabitsService.completions, asked)?.completions ?? []
            guard let latest = page.last else { break }
            let activities = page.map { $0.activity(counts: true, toldAt: toldAt) }
            try await transaction { transaction in
                let _: [UUID] = try await transaction.query(Person.locked(user, activeOn: latest.localDate))
                try await transaction.execute(Activity.addition(of: activities))
            }
            first = first ?? page.first?.localDate
            last = latest
        } while page.count == Self.pageSize

        let today = try date(in: user.timezone)
        let end = max(today, last?.localDate ?? today)
        let range = min(first ?? end, end)...end
        // A day that is not over counts once something was done on it.
        let due =
            try await due(of: id, in: range)?.filter { $0.key < today || $0.key == last?.localDate }
            .sorted { $0.key < $1.key }.map { (date: $0.key, due: $0.value) } ?? []
        try await transaction { transaction in
            let _: [UUID] = try await transaction.query(Person.locked(user, activeOn: range.lowerBound))
            for start in stride(from: 0, to: due.count, by: Self.daysTogether) {
                let days = Array(due[start..<min(start + Self.daysTogether, due.count)])
                try await transaction.execute(Day.raise(days, of: id))
            }
            try await transaction.execute(Day.recount(range, of: id))
        }
    }
}
