import HearthKit

/// When badges are given that others have to be asked about: a user's habits, his friends, the other players.
///
/// Nobody is asked while a habit is completed. It is done when the user looks at his badges, and when he has made a friend; what is
/// told of habits that were deleted is counted, for afterwards nobody knows of them.
extension Setup {
    /// Subscribes to what others tell.
    func awardBadgesByEvents() {
        subscribe(to: Event<NewFriend>("friend.added/1"), as: "friendships") { context, event in
            try await context.awardBadgesByLookingAround(event.payload.userID)
        }
        subscribe(to: Event<DeletedHabit>("habit.deleted/1"), as: "deletions") { context, event in
            guard let number = event.id else { return }
            try await context.count(event.payload, number: Int(number))
        }
    }
}

extension Context {
    /// Gives a user the badges that he has earned by what is around him. A constant number of statements, and a transaction only
    /// if there is one to give.
    func awardBadgesByLookingAround(_ user: UUID) async throws {
        guard let around = try await surroundings(of: user) else { return }
        let catalogue = try await BadgeCatalogue.load(self)
        let player: Player? = try await first(Player.one(user))
        guard !catalogue.badges(earnedBy: player ?? Player(userID: user), in: around.surroundings).isEmpty else { return }
        try await changePlayer(user, in: around.zone) { transaction, books in
            try await transaction.unlockBadges(&books, in: around.surroundings)
        }
    }

    /// Counts a habit that a user has deleted.
    fileprivate func count(_ habit: DeletedHabit, number: Int) async throws {
        guard let zone = try await users([habit.userID]).first?.timezone else { return }
        try await changePlayer(habit.userID, in: zone) { _, books in
            books.player.tally.addDeletion(
                number: number, streak: habit.streakDays, on: habit.wasInUse ? habit.localDate : nil)
        }
    }

    /// Changes a player because of badges, and gives him those that he then has earned; he is made if he has done nothing yet.
    func changePlayer(
        _ user: UUID, in zone: String, _ body: (_ transaction: Context, _ books: inout Bookkeeping) async throws -> Void
    ) async throws {
        try await transaction { transaction in
            let found: Player? = try await transaction.first(Player.locked(user, at: transaction.now))
            var player = try found.locked()
            player.timezone = zone
            var books = Bookkeeping(player, because: .init(kind: "badges", id: user))
            try await body(transaction, &books)
            try await transaction.store(books)
        }
    }

    /// What is around a user, and his time zone; nil when there is no such user. Outside of transactions only.
    private func surroundings(of user: UUID) async throws -> (surroundings: Surroundings, zone: String)? {
        let firstPlayer: UUID = try await first(Player.firstRegistered) ?? user
        let users = try await users(Array(Set([user, firstPlayer])))
        guard let registered = users.first(where: { $0.id == user }) else { return nil }
        let zone = registered.timezone
        let first = users.first { $0.id == firstPlayer } ?? registered
        var around = Surroundings(
            today: try date(in: zone), registeredOn: try date(at: registered.createdAt, in: zone),
            firstRegisteredOn: try date(at: min(first.createdAt, registered.createdAt), in: zone))
        around.habits = try await HabitsService.habits(of: user, in: zone, self)
        around.perfectDays = try await HabitsService.perfectDays(of: user, atMost: BadgeCondition.mostPerfectDays, self)
        let friends = try await Friends.of(user, in: self)
        let levels: [Int] = friends.isEmpty ? [] : try await query(Player.levels(of: friends))
        // Who has done nothing yet is a friend on level 1.
        around.friendLevels = levels + Array(repeating: 1, count: friends.count - levels.count)
        let place = try await rank(RankQuestion(metric: .xp, userID: user))
        (around.rank, around.players) = (place.rank, place.total)
        return (around, zone)
    }
}

/// That somebody has become a friend of a user.
private struct NewFriend: Input {
    var userID = UUID.zero

    static let schema = Schema<NewFriend>("HeardFriend") { Field("user_id", \.userID, .required) }
}

/// A habit that is no more.
private struct DeletedHabit: Input {
    var userID = UUID.zero
    var streakDays = 0
    var wasInUse = false
    var localDate = LocalDate(days: 0)

    static let schema = Schema<DeletedHabit>("HeardDeletion") {
        Field("user_id", \.userID, .required)
        Field("streak_days", \.streakDays, .required)
        Field("was_in_use", \.wasInUse, .required)
        Field("local_date", \.localDate, .required)
    }
}
