import HearthKit

extension Routes {
    /// Everything under `/characters` but the ledger.
    func addCharacters() {
        route(
            .post, "/characters/", "Create one's character", body: CharacterCreate.self, status: 201,
            options: RouteOptions(failures: [.characterExists])
        ) { request in
            try await request.context.create(request.body, by: request.user)
        }
        route(.get, "/characters/me", "Show one's character", options: RouteOptions(failures: [.characterRequired])) { request in
            try await request.context.character(of: request.user)
        }
        route(
            .get, "/characters/preview", "Show what one's character looks like", query: CharacterPreviewQuery.self,
            options: RouteOptions(failures: [.characterRequired], docs: "With what it wears, or with items that it tries on.")
        ) { request in
            try await request.context.preview(request.query, of: request.user.id)
        }
        route(
            .put, "/characters/me", "Change one's character", body: CharacterUpdate.self,
            options: RouteOptions(failures: [.characterRequired, .titleNotUnlocked])
        ) { request in
            try await request.context.change(request.body, by: request.user)
        }
        route(
            .post, "/characters/stats", "Give points to stats", body: StatPointAllocation.self,
            options: RouteOptions(
                failures: [
                    .characterRequired, .noPoints, .statTooHigh,
                    .badRequest("Not enough unallocated points. You have {n}, trying to spend {m}."),
                ])
        ) { request in
            try await request.context.allocate(request.body.points, by: request.user)
        }
    }
}

extension Context {
    /// A user's character with everything that is shown with it, in one round trip.
    ///
    /// - Throws: ``Failure`` 400 without one.
    func character(of user: ContextInfo.Actor) async throws -> CharacterResponse {
        let (characters, players, equipped) = try await query(
            PlayerCharacter.of(user.id).rows(PlayerCharacter.self), Player.one(user.id).rows(Player.self),
            InventoryItem.equipped(by: user.id).rows(InventoryItem.self))
        guard let character = characters.first else { throw Failure.characterRequired }
        return CharacterResponse(
            character: character, player: players.first ?? Player(userID: user.id), today: try date(in: user.timezone),
            equipped: equipped)
    }

    fileprivate func create(_ request: CharacterCreate, by user: ContextInfo.Actor) async throws -> CharacterResponse {
        try checkName(request.name)
        guard request.stats.stats.total <= StatsDistribution.startingTotal else {
            throw Failure.invalid(.init(at: ["body", "stats"], "Total stats cannot exceed \(StatsDistribution.startingTotal)"))
        }
        let character = PlayerCharacter(request, id: makeID(), of: user.id, at: now)
        return try await transaction { transaction in
            // Whoever has a character is a player.
            let added = try await transaction.execute([
                Player.addition(of: user.id, at: character.createdAt), character.insertion,
            ])
            guard added.last == 1 else { throw Failure.characterExists }
            return try await transaction.character(of: user)
        }
    }

    fileprivate func change(_ request: CharacterUpdate, by user: ContextInfo.Actor) async throws -> CharacterResponse {
        if let name = request.name { try checkName(name) }
        return try await transaction { transaction in
            let (character, player) = try await transaction.lockedCharacter(of: user)
            if case .value(let title?) = request.title, !LevelReward.titles(upTo: player.rewardedLevel).contains(title) {
                throw Failure.titleNotUnlocked
            }
            var changed = character
            changed.name = request.name ?? character.name
            changed.avatarID = request.avatarID ?? character.avatarID
            changed.title = request.title.applied(to: character.title)
            changed.updatedAt = transaction.now
            try await transaction.execute(changed.update)
            return try await transaction.character(of: user)
        }
    }

    fileprivate func allocate(_ points: Stats, by user: ContextInfo.Actor) async throws -> CharacterResponse {
        try await transaction { transaction in
            var (character, player) = try await transaction.lockedCharacter(of: user)
            guard points.total > 0 else { throw Failure.noPoints }
            guard points.total <= player.statPoints else { throw Failure.notEnoughPoints(player.statPoints, for: points.total) }
            character.stats = character.stats + points
            guard character.stats.values.allSatisfy({ $0 <= StatsDistribution.highest }) else { throw Failure.statTooHigh }
            player.statPoints -= points.total
            character.updatedAt = transaction.now
            try await transaction.execute([character.update] + transaction.changes(of: player))
            return try await transaction.character(of: user)
        }
    }

    private func lockedCharacter(of user: ContextInfo.Actor) async throws -> (PlayerCharacter, Player) {
        let (players, characters) = try await query(
            Player.locked(user.id, at: now).rows(Player.self), PlayerCharacter.of(user.id).rows(PlayerCharacter.self))
        guard let character = characters.first, let player = players.first else { throw Failure.characterRequired }
        return (character, player)
    }

    private func checkName(_ name: String) throws(Failure) {
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || " -'".contains($0) }) else {
            throw .invalid(
                .init(at: ["body", "name"], "Name can only contain letters, numbers, spaces, hyphens and apostrophes"))
        }
        guard name.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw .invalid(.init(at: ["body", "name"], "Name needs a letter or a number"))
        }
    }
}
