import HearthKit

extension Routes {
    private static let badgeID = PathParameter<UUID>("badge_id", "The badge.")

    /// Everything under `/badges`. Whoever looks at his badges is given those that others have to be asked about.
    func addBadges() {
        route(.get, "/badges/", "List the badges, the plainest first", query: BadgeQuery.self) { request in
            let wanted = request.query
            try await request.context.awardBadgesByLookingAround(request.user.id)
            return try await request.badges().filter { badge in
                (badge.unlock != nil || !wanted.unlockedOnly && !badge.badge.isHidden)
                    && (!badge.badge.isSecret || wanted.includeSecret)
                    && (wanted.category ?? badge.badge.conditionType) == badge.badge.conditionType
                    && (wanted.rarity ?? badge.badge.rarity.rawValue) == badge.badge.rarity.rawValue
            }
        }
        route(.get, "/badges/unlocked", "List the badges that one has, the latest first") { request in
            try await request.context.awardBadgesByLookingAround(request.user.id)
            return BadgeCollection(badges: try await request.badges()).unlocked
        }
        route(.get, "/badges/collection", "Show what one has come to") { request in
            try await request.context.awardBadgesByLookingAround(request.user.id)
            return BadgeCollection(badges: try await request.badges())
        }
        route(
            .post, "/badges/display", "Choose which badges one displays", body: DisplayBadges.self,
            options: RouteOptions(failures: [.badRequest("Badge {badge_id} not unlocked")])
        ) { request in
            try await request.display(request.body.badgeIDs)
        }
        route(
            .get, "/badges/\(Self.badgeID)", "Show a badge",
            options: RouteOptions(
                failures: [.badgeNotFound],
                docs: "A secret one that one does not have is not found, nor is one that only administrators grant.")
        ) { request in
            let id = try request[Self.badgeID]
            guard let badge = try await request.badges().first(where: { $0.badge.id == id }),
                !badge.badge.isHidden || badge.unlock != nil,
                let share: BadgeShare = try await request.context.first(Unlock.share(of: id))
            else { throw Failure.badgeNotFound }
            return BadgeDetail(badge: badge, share: share)
        }
    }
}

extension Request {
    /// All badges, and which of them the user has.
    fileprivate func badges(in context: Context? = nil) async throws -> [UserBadge] {
        let context = context ?? self.context
        let catalogue = try await BadgeCatalogue.load(context)
        let unlocks: [Unlock] = try await context.query(Unlock.all(of: user.id))
        let language = self.language
        return catalogue.badges.map { badge in
            UserBadge(badge: badge, unlock: unlocks.first { $0.badgeID == badge.id }, language: language)
        }
    }

    /// Displays badges at the places of the list, and no others. One that is named twice stands at its first place.
    fileprivate func display(_ ids: [UUID]) async throws -> DisplayedBadges {
        let user = try user.id
        var places: [UUID] = []
        for id in ids where !places.contains(id) { places.append(id) }
        return try await context.transaction { [places] transaction in
            // The player is locked: of two choices at once the later one holds.
            let (_, unlocks) = try await transaction.query(
                Player.locked(user, at: transaction.now).rows(Player.self), Unlock.all(of: user).rows(Unlock.self))
            let owned = Set(unlocks.map(\.badgeID))
            if let missing = places.first(where: { !owned.contains($0) }) { throw Failure.badgeLocked(missing) }
            let shown = places.enumerated().map { Unlock.displaying($1, of: user, at: $0 + 1) }
            try await transaction.execute([Unlock.hiding(of: user)] + shown)
            return DisplayedBadges(displayed: try await badges(in: transaction).displayed)
        }
    }
}
