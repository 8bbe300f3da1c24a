import HearthKit

/// What users are ranked by.
enum Metric: String, Column, JSONEnum, CaseIterable {
    /// All experience.
    case xp
    case level
    /// The days of the streak, while it goes on.
    case streak
    /// Experience since Monday 00:00 UTC: one week for all, so that everybody has had as long as the others.
    case xpWeekly = "xp_weekly"
    /// Experience since the first of the month 00:00 UTC.
    case xpMonthly = "xp_monthly"
    /// Fights won.
    case pvp
    /// Fights won of all that were fought, in hundredths of a percent; equals rank by how many they have won.
    case winRate = "win_rate"
}
