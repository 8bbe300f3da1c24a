import HearthKit

/// Days on which a habit rests: it is not due, and its streak does not break.
struct Pause: Input, Output, Hashable {
    /// In days.
    static let longest = 366
    /// How many a habit may have, those that are over among them.
    static let most = 100

    var startDate = LocalDate(days: 0)
    var endDate = LocalDate(days: 0)

    static let schema = Schema<Pause>("HabitPause") {
        Field("start_date", \.startDate, .required, .docs("The first day."))
        Field("end_date", \.endDate, .required, .docs("The last day."))
    }

    /// Whether it has one of some days.
    func overlaps(_ days: ClosedRange<LocalDate>) -> Bool { startDate <= days.upperBound && endDate >= days.lowerBound }
}

/// What pauses change.
extension Schedule {
    /// Whether a day lies in a pause.
    func isPaused(on date: LocalDate) -> Bool { pauses.contains { $0.overlaps(date...date) } }

    /// Adds a pause.
    ///
    /// - Throws: ``Failure`` 400 for days that are no pause, 409 for days that are in one already.
    mutating func add(_ pause: Pause) throws(Failure) {
        guard pause.startDate <= pause.endDate else { throw .pauseReversed }
        guard pause.endDate - pause.startDate < Pause.longest else { throw .pauseTooLong }
        guard pauses.count < Pause.most else { throw .tooManyPauses }
        guard !pauses.contains(where: { $0.overlaps(pause.startDate...pause.endDate) }) else { throw .pauseOverlaps }
        pauses = (pauses + [pause]).sorted { $0.startDate < $1.startDate }
    }

    /// Ends a pause, or gives it up before it has begun. Days of it that are over stay, for streaks were kept by them.
    ///
    /// - Throws: ``Failure`` 404 when there is none that begins with that day, or it is over.
    mutating func endPause(from start: LocalDate, on today: LocalDate) throws(Failure) {
        guard let index = pauses.firstIndex(where: { $0.startDate == start && $0.endDate >= today }) else { throw .pauseNotFound }
        if start >= today { pauses.remove(at: index) } else { pauses[index].endDate = today - 1 }
    }
}

extension [Pause] {
    /// Reads what ``text`` wrote; nil for another text.
    init?(text: String) {
        self = []
        for part in text.split(separator: " ") {
            let days = part.split(separator: "/").compactMap { LocalDate(String($0)) }
            guard days.count == 2 else { return nil }
            append(Pause(startDate: days[0], endDate: days[1]))
        }
    }

    /// ISO 8601 intervals with spaces between, as they are stored; nil for none.
    var text: String? { isEmpty ? nil : map { "\($0.startDate)/\($0.endDate)" }.joined(separator: " ") }

    /// What a column holds.
    ///
    /// - Throws: When it is no list of pauses.
    init(stored text: String?) throws {
        guard let pauses = Self(text: text ?? "") else { throw DecodingFailure(expected: "pauses") }
        self = pauses
    }
}
