import HearthKit

/// What stands in a mail that sums up.
struct Digest: Output {
    /// The most that are told one by one.
    private static let most = 10

    let name: String
    let isWeekly: Bool
    let count: Int
    let entries: [Entry]

    /// - Parameters:
    ///   - notifications: The unread ones, at least one.
    ///   - user: To whom.
    ///   - frequency: How often he gets one.
    init(of notifications: [Notification], for user: User, _ frequency: DigestFrequency) {
        name = user.displayName ?? user.username
        isWeekly = frequency == .weekly
        count = notifications.count
        entries = notifications.sorted { $0.id > $1.id }.prefix(Self.most).map { Entry(title: $0.title, body: $0.body) }
    }

    static let schema = Schema<Digest>("NotificationDigest") {
        Field("name") { $0.name }
        Field("weekly") { $0.isWeekly }
        Field("count") { $0.count }
        Field("several") { $0.count > 1 }
        Field("entries") { $0.entries }
        Field("more") { digest -> Int? in digest.count > digest.entries.count ? digest.count - digest.entries.count : nil }
    }

    /// A notification in it, in each language: the template knows which is its own.
    struct Entry: Output {
        let title: LocalizedText
        let body: LocalizedText

        static let schema = Schema<Entry>("NotificationDigestEntry") {
            Field("title") { $0.title }
            Field("body") { $0.body }
        }
    }
}
