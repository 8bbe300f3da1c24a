import HearthKit

/// How often a habit is meant to be done.
enum Frequency: String, JSONEnum, Column {
    /// Every day.
    case daily
    /// Once in each week.
    case weekly
    /// On chosen days of the week.
    case specificDays = "specific_days"
    /// A number of times in each week, on any days.
    case timesPerWeek = "x_per_week"
}
