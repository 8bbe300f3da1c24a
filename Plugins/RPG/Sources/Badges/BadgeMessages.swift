import HearthKit

/// Which badges to list.
struct BadgeQuery: Input {
    var category: String?
    var rarity: String?
    var unlockedOnly = false
    var includeSecret = false

    static let schema = Schema<BadgeQuery>("BadgeQuery") {
        Field("category", \.category, .docs("The type of the condition, such as `streak`."))
        Field("rarity", \.rarity)
        Field("unlocked_only", \.unlockedOnly)
        Field("include_secret", \.includeSecret, .docs("Secret ones that are unlocked; others are never shown."))
    }
}

/// A badge, in the language of whoever asks.
struct BadgeResponse: Output {
    let badge: Badge
    let language: Language

    static let schema = Schema<BadgeResponse>("BadgeResponse") {
        Field("id") { $0.badge.id }
        Field("code") { $0.badge.code }
        Field("name") { $0.badge.name }
        Field("description") { $0.badge.description(in: $0.language) }
        Field("icon") { $0.badge.icon }
        Field("rarity") { $0.badge.rarity }
        Field("xp_reward") { $0.badge.xp }
        Field("condition_type") { $0.badge.conditionType }
        Field("condition_value") { JSONMembers(object: $0.badge.conditionValue) }
        Field("is_secret") { $0.badge.isSecret }
        Field("is_seasonal") { $0.badge.isSeasonal }
    }
}

/// A badge and whether a user has it.
struct UserBadge: Output {
    let badge: Badge
    let unlock: Unlock?
    let language: Language

    static let schema = Schema<UserBadge>("UserBadgeResponse") {
        Field("badge") { BadgeResponse(badge: $0.badge, language: $0.language) }
        Field("is_unlocked") { $0.unlock != nil }
        Field("unlocked_at") { $0.unlock.map { "\($0.unlockedAt)" } }
        Field("is_displayed") { $0.unlock?.displayPosition != nil }
        Field("display_position") { $0.unlock?.displayPosition }
    }
}

/// What a user has come to.
struct BadgeCollection: Output {
    let badges: [UserBadge]

    /// Those that he has, the latest first.
    var unlocked: [UserBadge] {
        badges.filter { $0.unlock != nil }.sorted {
            guard let first = $0.unlock, let second = $1.unlock else { return false }
            return (second.unlockedAt.microseconds, $0.badge.name) < (first.unlockedAt.microseconds, $1.badge.name)
        }
    }
    /// Hidden ones count when they are there.
    private var total: Int { badges.count { !$0.badge.isHidden || $0.unlock != nil } }

    static let schema = Schema<BadgeCollection>("BadgeCollectionResponse") {
        Field("total_badges", .docs("Secret ones count when they are unlocked.")) { $0.total }
        Field("unlocked_count") { $0.unlocked.count }
        Field("locked_count") { $0.total - $0.unlocked.count }
        Field("displayed_badges") { $0.badges.displayed }
        Field("recent_unlocks") { Array($0.unlocked.prefix(5)) }
        Field("rarest_badge") { $0.unlocked.max { $0.badge.rarity.rank < $1.badge.rarity.rank } }
    }
}

extension [UserBadge] {
    /// Those that are displayed, in their order.
    var displayed: [UserBadge] {
        filter { $0.unlock?.displayPosition != nil }.sorted {
            ($0.unlock?.displayPosition ?? 0) < ($1.unlock?.displayPosition ?? 0)
        }
    }
}

/// How many users have a badge.
struct BadgeShare: Row {
    let unlocks: Int
    let players: Int

    init(row: inout RowReader) throws {
        unlocks = try row.next()
        players = try row.next()
    }

    /// 0 to 100, one decimal.
    var percentage: Double { (Double(unlocks) * 1000 / Double(max(1, players))).rounded() / 10 }
}

/// A badge in detail.
struct BadgeDetail: Output {
    let badge: UserBadge
    let share: BadgeShare

    static let schema = Schema<BadgeDetail>("BadgeDetailResponse") {
        Field("badge") { BadgeResponse(badge: $0.badge.badge, language: $0.badge.language) }
        Field("is_unlocked") { $0.badge.unlock != nil }
        Field("unlocked_at") { $0.badge.unlock.map { "\($0.unlockedAt)" } }
        Field("total_unlocks") { $0.share.unlocks }
        Field("unlock_percentage", .docs("Of all players.")) { $0.share.percentage }
        Field("is_displayed") { $0.badge.unlock?.displayPosition != nil }
    }
}

/// Which badges to display, in this order.
struct DisplayBadges: Input {
    var badgeIDs: [UUID] = []

    static let schema = Schema<DisplayBadges>("DisplayBadgesRequest") {
        Field("badge_ids", \.badgeIDs, .required, .count(0...3))
    }
}

/// Which badges are displayed now.
struct DisplayedBadges: Output {
    let displayed: [UserBadge]

    static let schema = Schema<DisplayedBadges>("DisplayBadgesResponse") {
        Field("success") { _ in true }
        Field("displayed_badges") { $0.displayed }
        Field("message") { "Displaying \($0.displayed.count) badge\($0.displayed.count == 1 ? "" : "s")" }
    }
}
