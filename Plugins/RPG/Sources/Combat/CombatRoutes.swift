import HearthKit

extension Routes {
    private static let userID = PathParameter<UUID>("user_id", "The user to fight.")
    private static let combatID = PathParameter<UUID>("combat_id", "The challenge or fight.")

    /// Why somebody cannot be fought.
    private static let unfit: [Failure] = [
        .userNotFound, .challengingOneself, .challengingStrangers, .characterRequired, .opponentWithoutCharacter,
        .badRequest("You need to be level {n} to fight"), .badRequest("Opponent needs to be level {n} to fight"),
    ]
    /// Why somebody cannot be challenged now.
    private static let unchallengeable: [Failure] =
        unfit + [
            .challengePending, .badRequest("You can fight this user again at {time}"),
            .badRequest("You can make {n} challenges a day"), .badRequest("Not enough coins. You have {coins}"),
        ]
    private static let challengeDocs = """
        Without a bet it is fought at once. With one the other user is asked, for 24 hours, and the stake is set aside \
        meanwhile; if he is open for such bets, it is fought at once too.
        """

    /// Everything under `/combat`.
    func addCombat(by rules: CombatRules) {
        addChallenges(by: rules)
        route(
            .get, "/combat/preview/\(Self.userID)", "Show how a fight would probably end",
            options: RouteOptions(failures: Self.unfit)
        ) { request in
            try await request.context.combatPreview(request[Self.userID], for: request.user.id, rules: rules)
        }
        route(
            .get, "/combat/history", "List one's challenges and fights, newest first", query: CombatPage.self,
            options: RouteOptions(failures: [.characterRequired])
        ) { request in
            let (user, page) = (try request.user.id, request.query)
            let (characters, challenges) = try await request.context.query(
                PlayerCharacter.of(user).rows(PlayerCharacter.self),
                Challenge.page(of: user, limit: page.perPage, offset: (page.page - 1) * page.perPage).rows(Challenge.self))
            guard !characters.isEmpty else { throw Failure.characterRequired }
            return challenges.map { CombatSummary(challenge: $0, user: user) }
        }
        route(
            .get, "/combat/pending", "List the challenges that wait for one's answer",
            options: RouteOptions(failures: [.characterRequired])
        ) { request in
            let user = try request.user.id
            let (characters, challenges) = try await request.context.query(
                PlayerCharacter.of(user).rows(PlayerCharacter.self),
                Challenge.pending(for: user, at: request.context.now).rows(Challenge.self))
            guard !characters.isEmpty else { throw Failure.characterRequired }
            return challenges.map { PendingChallenge(challenge: $0) }
        }
        route(
            .get, "/combat/stats", "Show what one has fought so far", options: RouteOptions(failures: [.characterRequired])
        ) { request in
            let user = try request.user.id
            let (characters, records, classes, names) = try await request.context.query(
                PlayerCharacter.of(user).rows(PlayerCharacter.self), CombatRecord.all(of: [user]).rows(CombatRecord.self),
                CombatRecord.favouriteClass(of: user).rows(String.self), CombatRecord.nemesis(of: user).rows(String.self))
            guard !characters.isEmpty else { throw Failure.characterRequired }
            return CombatStats(
                record: records.first ?? CombatRecord(userID: user), favouriteClass: classes.first, nemesis: names.first)
        }
        route(.get, "/combat/settings", "Show for which bets one need not be asked") { request in
            let records: [CombatRecord] = try await request.context.query(CombatRecord.all(of: [request.user.id]))
            return CombatSettings(openBet: records.first?.openBet ?? 0)
        }
        route(.put, "/combat/settings", "Decide for which bets one need not be asked", body: CombatSettings.self) { request in
            try await request.context.execute(CombatRecord.opening(request.user.id, to: request.body.openBet))
            return request.body
        }
        route(
            .get, "/combat/\(Self.combatID)", "Show a fight, blow by blow",
            options: RouteOptions(failures: [.characterRequired, .combatNotFound, .notInCombat])
        ) { request in
            let user = try request.user.id
            let (characters, challenges) = try await request.context.query(
                PlayerCharacter.of(user).rows(PlayerCharacter.self),
                Challenge.one(request[Self.combatID]).rows(Challenge.self))
            guard !characters.isEmpty else { throw Failure.characterRequired }
            guard let challenge = challenges.first else { throw Failure.combatNotFound }
            guard challenge.involves(user) else { throw Failure.notInCombat }
            return try await request.shown(challenge)
        }
    }

    private func addChallenges(by rules: CombatRules) {
        route(
            .post, "/combat/challenge/\(Self.userID)", "Challenge a user", body: ChallengeCreate.self, status: 201,
            options: RouteOptions(failures: Self.unchallengeable, docs: Self.challengeDocs)
        ) { request in
            ChallengeCreated(
                challenge: try await request.context.challenge(
                    request[Self.userID], bet: request.body.bet, message: request.body.message, by: request.user, rules: rules))
        }
        route(
            .post, "/combat/challenge", "Challenge a user", body: ChallengeOfUser.self, status: 201,
            options: RouteOptions(failures: Self.unchallengeable, docs: Self.challengeDocs)
        ) { request in
            let challenge = request.body.challenge
            return ChallengeCreated(
                challenge: try await request.context.challenge(
                    request.body.defenderID, bet: challenge.bet, message: challenge.message, by: request.user, rules: rules))
        }
        route(
            .post, "/combat/\(Self.combatID)/accept", "Accept a challenge, and fight",
            options: RouteOptions(
                failures: Self.unfit + [
                    .combatNotFound, .notTheDefender, .challengeOver, .badRequest("Not enough coins. You have {coins}"),
                ])
        ) { request in
            try await request.shown(
                request.context.acceptChallenge(request[Self.combatID], by: request.user.id, rules: rules))
        }
        route(
            .post, "/combat/\(Self.combatID)/decline", "Decline a challenge",
            options: RouteOptions(failures: [.combatNotFound, .notTheDefender, .challengeOver], docs: "The stake goes back.")
        ) { request in
            let challenge = try await request.context.challenge(request[Self.combatID])
            guard challenge.defender.userID == (try request.user.id) else { throw Failure.notTheDefender }
            return try await request.shown(request.context.end(challenge, as: .declined))
        }
        route(
            .post, "/combat/\(Self.combatID)/cancel", "Withdraw a challenge",
            options: RouteOptions(failures: [.combatNotFound, .notTheChallenger, .challengeOver], docs: "The stake goes back.")
        ) { request in
            let challenge = try await request.context.challenge(request[Self.combatID])
            guard challenge.challenger.userID == (try request.user.id) else { throw Failure.notTheChallenger }
            return try await request.shown(request.context.end(challenge, as: .withdrawn))
        }
    }
}

extension Request {
    /// A challenge with its users, in the language of the client.
    fileprivate func shown(_ challenge: Challenge) async throws -> CombatResponse {
        let users = try await context.users([challenge.challenger.userID, challenge.defender.userID])
        return CombatResponse(challenge, users, in: language)
    }
}
