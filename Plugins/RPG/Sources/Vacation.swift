import HearthKit

/// Announces days on which nothing needs to be done.
struct VacationCreate: Input {
    /// In days.
    static let longest = 60

    var startDate = LocalDate(days: 0)
    var endDate = LocalDate(days: 0)

    static let schema = Schema<VacationCreate>("VacationCreate") {
        Field("start_date", \.startDate, .required, .docs("The first day, today at the earliest."))
        Field("end_date", \.endDate, .required, .docs("The last day."))
    }

    /// The days.
    ///
    /// - Throws: ``Failure`` 400 for days that are no vacation.
    func days(from today: LocalDate) throws(Failure) -> ClosedRange<LocalDate> {
        guard startDate >= today else { throw .vacationInThePast }
        guard startDate - today <= 365 else { throw .vacationTooFar }
        guard endDate >= startDate else { throw .vacationReversed }
        guard endDate - startDate < Self.longest else { throw .vacationTooLong }
        return startDate...endDate
    }
}

/// A vacation as its user sees it.
struct VacationResponse: Output {
    let rest: Rest

    static let schema = Schema<VacationResponse>("VacationResponse") {
        Field("id") { $0.rest.id }
        Field("start_date") { $0.rest.days.lowerBound }
        Field("end_date") { $0.rest.days.upperBound }
    }
}

extension Context {
    /// Announces a vacation.
    ///
    /// - Throws: ``Failure`` 400 for days that are no vacation, 409 for days that are one already.
    func announce(_ vacation: VacationCreate, by user: ContextInfo.Actor) async throws -> VacationResponse {
        let now = self.now
        let today = try date(at: now, in: user.timezone)
        let days = try vacation.days(from: today)
        return try await transaction { transaction in
            let (players, rests) = try await transaction.query(
                Player.locked(user.id, at: now).rows(Player.self), Rest.all(of: user.id).rows(Rest.self))
            var player = try players.first.locked()
            guard !rests.contains(where: { $0.kind == .vacation && $0.days.overlaps(days) }) else {
                throw Failure.vacationOverlaps
            }
            let rest = Rest(id: transaction.makeID(), kind: .vacation, days: days)
            player.set(player.streak, rests: rests + [rest])
            try await transaction.execute([rest.insertion(of: user.id, at: now)] + transaction.changes(of: player))
            return VacationResponse(rest: rest)
        }
    }

    /// Ends a vacation, or gives it up before it has begun. Days of it that are over stay.
    ///
    /// - Throws: ``Failure`` 404.
    func endVacation(_ id: UUID, by user: ContextInfo.Actor) async throws {
        let now = self.now
        let today = try date(at: now, in: user.timezone)
        try await transaction { transaction in
            let players: [Player] = try await transaction.query(Player.locked(user.id, at: now))
            var player = try players.first.locked()
            let changed = try await transaction.execute([
                Rest.shortening(id, of: user.id, before: today), Rest.cancellation(id, of: user.id, from: today),
            ])
            guard changed.contains(1) else { throw Failure.vacationNotFound }
            // The streak may reach over days that are no vacation any more.
            let (days, rests) = try await transaction.query(
                Award.days(of: user.id).rows(LocalDate.self), Rest.all(of: user.id).rows(Rest.self))
            player.set(UserStreak(of: days, rests: rests), rests: rests)
            try await transaction.execute(transaction.changes(of: player))
        }
    }
}
