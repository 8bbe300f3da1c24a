public import HearthKit

/// Friends, requests, blocks, search and leaderboards.
///
/// What is between two users is one ``Relation``, and `Befriending` changes it, in one transaction each. Who somebody is and what
/// he has reached belongs to others, who are asked for all users of an answer at once: `Person`, `Standings`.
public struct SocialPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "social"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the routes and the service.
    public init(_ setup: Setup) throws {
        let limits = FriendLimits(
            friends: try setup.settings.integer("friends_per_user"), requests: try setup.settings.integer("requests_per_user"))
        let friends = setup.routes(tag: "Friends")
        friends.addFriends(within: limits)
        friends.addBlocks()
        friends.addSearch()
        setup.routes(tag: "Leaderboards").addLeaderboards()
        setup.provideFriends()
        setup.declareFriendships()
    }
}
