import HearthKit

extension Context {
    /// The time zone of a player: that of who acts, or the one that was noted when he last acted.
    func zone(of player: Player) throws -> String {
        if let actor = try info().actor, actor.id == player.userID { return actor.timezone }
        return player.timezone
    }
}
