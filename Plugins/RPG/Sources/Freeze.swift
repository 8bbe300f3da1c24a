import HearthKit

/// The rules of freezes by hand, and where a user stands with them.
struct Freeze {
    /// In coins, when the free one of the week is spent.
    static let price = 50
    /// By hand, in a month.
    static let perMonth = 2
    /// How long clients show the streak as frozen, and refuse a further freeze.
    static let duration = Duration.seconds(86_400)

    /// The user's day, week and month.
    struct Calendar {
        let now: Timestamp
        let today: LocalDate
        let monthStart: Timestamp
        let nextWeek: Timestamp

        /// - Throws: ``HostError`` when the host does not know the user's time zone.
        init(of user: ContextInfo.Actor, in context: Context) throws(HostError) {
            now = context.now
            today = try context.date(at: now, in: user.timezone)
            let firstOfMonth = today - (today.components.day - 1)
            monthStart = try context.bounds(of: firstOfMonth, in: user.timezone).lowerBound
            nextWeek = try context.bounds(of: today.startOfWeek + 7, in: user.timezone).lowerBound
        }
    }
}

/// Where a user stands with his streak.
struct StreakStatusResponse: Output {
    let player: Player
    let freezesUsed: Int
    let calendar: Freeze.Calendar

    static let schema = Schema<StreakStatusResponse>("StreakStatusResponse") {
        Field("current_streak") { $0.player.currentStreak(on: $0.calendar.today) }
        Field("best_streak") { $0.player.streak.best }
        Field("multiplier", .docs("What the next completion of a day without one is multiplied with.")) {
            Double(Payment.multiplierPercent(streak: $0.player.currentStreak(on: $0.calendar.today))) / 100
        }
        Field("is_frozen") { $0.player.isFrozen(at: $0.calendar.now) }
        Field("frozen_until") { $0.player.isFrozen(at: $0.calendar.now) ? $0.player.frozenUntil : nil }
        Field("free_freeze_available") { $0.player.hasFreeFreeze(on: $0.calendar.today) }
        Field("next_free_freeze", .docs("Null while the free one is there.")) {
            $0.player.hasFreeFreeze(on: $0.calendar.today) ? Timestamp?.none : $0.calendar.nextWeek
        }
        Field("freezes_used_this_month") { $0.freezesUsed }
        Field("freezes_remaining_this_month") { max(0, Freeze.perMonth - $0.freezesUsed) }
        Field("freeze_cost") { _ in Freeze.price }
        Field("coins") { $0.player.coins }
    }
}

/// What a freeze has cost.
struct FreezeResponse: Output {
    let wasFree: Bool
    let protectedDay: LocalDate
    let frozenUntil: Timestamp
    let remaining: Int

    static let schema = Schema<FreezeResponse>("FreezeResponse") {
        Field("success") { _ in true }
        Field("message") { $0.wasFree ? "Free weekly freeze activated!" : "Streak frozen for \(Freeze.price) coins!" }
        Field("was_free") { $0.wasFree }
        Field("coins_spent") { $0.wasFree ? 0 : Freeze.price }
        Field("protected_day", .docs("The user's own day that needs nothing done.")) { $0.protectedDay }
        Field("frozen_until") { $0.frozenUntil }
        Field("freezes_remaining_this_month") { $0.remaining }
    }
}

extension Player {
    /// Whether a freeze by hand is shown.
    func isFrozen(at now: Timestamp) -> Bool { frozenUntil.map { $0 > now } ?? false }
}
