import HearthKit

/// A day of the week by its name.
enum DayOfWeek: String, JSONEnum {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

/// A set of days of the week, kept as bits: the lowest is Monday.
struct Weekdays: OptionSet, Hashable, Column {
    let rawValue: Int

    init(rawValue: Int) { self.rawValue = rawValue }

    /// Takes names in any order; repeated ones count once.
    init(_ days: [DayOfWeek]) {
        self.init(DayOfWeek.allCases.enumerated().filter { days.contains($1) }.map { Weekdays(weekday: $0.offset) })
    }

    /// - Parameter weekday: 0 for Monday to 6 for Sunday.
    init(weekday: Int) { self.init(rawValue: 1 << weekday) }

    /// All seven.
    static let everyDay = Weekdays(rawValue: 0b111_1111)

    /// The names, Monday first.
    var names: [DayOfWeek] { DayOfWeek.allCases.enumerated().filter { contains(Weekdays(weekday: $0.offset)) }.map(\.element) }

    /// How many days.
    var count: Int { rawValue.nonzeroBitCount }
}
