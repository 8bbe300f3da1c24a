import HearthKit

/// Until when something is to be done: a day, or a time of it, on the clock of the user, wherever he is. It belongs to no zone, so
/// 17:00 stays 17:00 when the clocks change or he travels.
struct Due: Hashable {
    var date: LocalDate
    /// nil for the whole day.
    var time: LocalTime?

    /// Midnight stands for the whole day: that is how one is written.
    init(date: LocalDate, time: LocalTime?) {
        self.date = date
        self.time = time?.microseconds == 0 ? nil : time
    }

    /// Whether that has passed: for good, also a time that comes twice when the clock is set back.
    func isPast(at moment: Moment) -> Bool {
        guard date == moment.date else { return date < moment.date }
        return time.map { $0 < moment.latestTime } ?? false
    }

    /// As clients of the reference read it: a date and time without zone.
    var text: String { "\(date)T\(time ?? LocalTime(microseconds: 0))" }
}

/// Until when something is to be done, as clients send it.
enum DueText: JSONDecodable, JSONEncodable, Hashable {
    /// On the clock of the user.
    case local(Due)
    /// Wherever it is sent from.
    case instant(Timestamp)

    /// A format of our own: a day, or a date and time, with a zone or without.
    static var jsonSchema: JSONValue { ["type": "string", "format": "due-date"] }

    init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = DueText(text) else {
            throw DecodingFailure(expected: "a day such as 2026-11-20, or a date and time such as 2026-11-20T17:00:00")
        }
        self = value
    }

    private init?(_ text: String) {
        if let instant = Timestamp(text) {
            self = .instant(instant)
            return
        }
        guard let date = LocalDate(String(text.prefix(10))) else { return nil }
        let rest = text.dropFirst(10)
        guard let separator = rest.first else {
            self = .local(Due(date: date, time: nil))
            return
        }
        guard "Tt ".contains(separator), let time = LocalTime(String(rest.dropFirst())) else { return nil }
        self = .local(Due(date: date, time: time))
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .local(let due): json.value(due.text)
        case .instant(let instant): instant.write(to: &json)
        }
    }

    /// What it says on the clock of a user.
    ///
    /// - Throws: ``Failure`` 422 when his calendar has no such day.
    func due(in zone: String, of context: Context) throws -> Due {
        switch self {
        case .local(let due): return due
        case .instant(let instant):
            let date = try context.date(at: instant, in: zone)
            guard (1...9999).contains(date.components.year) else {
                throw Failure.invalid(.init(at: ["body", "due_date"], "Input should be a date in the years 1 to 9999"))
            }
            return Due(date: date, time: try context.time(at: instant, in: zone))
        }
    }
}
