import HearthKit

/// A part of a ranking with the people in it, as one user sees it.
struct Standings: Sendable {
    /// Who is ranked.
    enum Scope: String, JSONEnum {
        /// Everybody.
        case global
        /// The user and his friends.
        case friends
    }

    /// A place with the person who has it.
    struct Standing: Sendable {
        let place: Top.Place
        let person: Person
        let isViewer: Bool
        let isFriend: Bool

        /// Whether the viewer may know who it is: it is himself, a friend, or public.
        var isKnown: Bool { isViewer || isFriend || person.user.isPublic }
    }

    let standings: [Standing]
    /// How many have a place.
    let total: Int
    /// The viewer's place; without a rank if he has none.
    let own: Rank
}

extension Context {
    /// A part of a ranking: five statements and calls, however many are ranked and shown.
    func standings(
        by metric: Metric, in scope: Standings.Scope, for viewer: UUID, limit: Int, offset: Int = 0
    ) async throws -> Standings {
        let friends = try await friendIDs(of: viewer)
        let circle = scope == .friends ? friends + [viewer] : nil
        let top = try await top(by: metric, in: circle, limit: limit, offset: offset)
        let own: Rank
        if let place = top.entries.first(where: { $0.userID == viewer }) {
            own = Rank(rank: place.rank, value: place.value, total: top.total)
        } else {
            own = try await rank(of: viewer, by: metric, in: circle)
        }
        let people = try await people(top.entries.map(\.userID))
        let known = Set(friends)
        return Standings(
            standings: top.entries.compactMap { place in
                people[place.userID].map {
                    Standings.Standing(
                        place: place, person: $0, isViewer: place.userID == viewer, isFriend: known.contains(place.userID))
                }
            }, total: top.total, own: own)
    }

    /// The place of a user in a ranking.
    func rank(of user: UUID, by metric: Metric, in scope: Standings.Scope) async throws -> Rank {
        let circle: [UUID]? = scope == .friends ? try await friendIDs(of: user) + [user] : nil
        return try await rank(of: user, by: metric, in: circle)
    }
}
