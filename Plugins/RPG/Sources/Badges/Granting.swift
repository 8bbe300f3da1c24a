import HearthKit

extension Routes {
    private static let code = PathParameter<String>("code", "The badge, such as `bug_hunter`.")

    /// Everything under `/admin/badges`.
    func addBadgeGrants() {
        route(
            .post, "/admin/badges/\(Self.code)/grant", "Give a user a badge", body: BadgeGrant.self,
            options: RouteOptions(
                failures: [.badgeNotFound, .userNotFound],
                docs: "For what only people can judge, such as `bug_hunter`. Who has it already keeps it as it is.")
        ) { request in
            let user = request.body.userID
            let catalogue = try await BadgeCatalogue.load(request.context)
            let code = try request[Self.code]
            guard let badge = catalogue.badges.first(where: { $0.code == code }) else { throw Failure.badgeNotFound }
            guard let zone = try await request.context.users([user]).first?.timezone else { throw Failure.userNotFound }
            try await request.context.changePlayer(user, in: zone) { transaction, books in
                try await transaction.give([badge], in: &books)
                guard !books.badges.isEmpty else { return }
                try await transaction.audit("badge.granted", subject: "user:\(user)", details: ["badge": .string(code)])
            }
            let unlocks: [Unlock] = try await request.context.query(Unlock.all(of: user))
            return UserBadge(
                badge: badge, unlock: unlocks.first { $0.badgeID == badge.id },
                language: request.language)
        }
    }
}

/// Who is given a badge.
struct BadgeGrant: Input {
    var userID = UUID.zero

    static let schema = Schema<BadgeGrant>("BadgeGrant") { Field("user_id", \.userID, .required) }
}
