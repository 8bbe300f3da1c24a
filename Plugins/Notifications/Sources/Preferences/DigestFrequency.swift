import HearthKit

/// How often a user wants a mail that sums up what is unread.
enum DigestFrequency: String, JSONEnum, Column {
    /// Never.
    case off
    /// Each morning.
    case daily
    /// Each Monday morning.
    case weekly
}
