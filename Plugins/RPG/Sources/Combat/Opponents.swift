import HearthKit

/// Two users who fight, or are about to, as they are now.
struct Opponents {
    /// One of the two.
    struct Side {
        let player: Player
        /// nil without a character.
        let fighter: Fighter?
        let record: CombatRecord
    }

    let challenger: Side
    let defender: Side
    /// Their latest challenge that is pending or was fought.
    let latest: Challenge?
}

extension Context {
    /// Reads what is to be known about two users, in one round trip.
    ///
    /// - Parameter locking: Whether nobody else changes the two until the transaction ends.
    func opponents(_ challenger: UUID, _ defender: UUID, locking: Bool) async throws -> Opponents {
        // Ascending, as everybody does who locks several users.
        let ids = [challenger, defender].sorted()
        let players = ids.map { locking ? Player.locked($0, at: now) : Player.one($0) }
        let (first, second, ours, theirs, ourItems, theirItems, records, made, received) = try await query(
            players[0].rows(Player.self), players[1].rows(Player.self),
            PlayerCharacter.of(challenger).rows(PlayerCharacter.self), PlayerCharacter.of(defender).rows(PlayerCharacter.self),
            InventoryItem.equipped(by: challenger).rows(InventoryItem.self),
            InventoryItem.equipped(by: defender).rows(InventoryItem.self), CombatRecord.all(of: ids).rows(CombatRecord.self),
            Challenge.latest(from: challenger, to: defender).rows(Challenge.self),
            Challenge.latest(from: defender, to: challenger).rows(Challenge.self))
        func side(_ user: UUID, _ character: PlayerCharacter?, _ items: [InventoryItem]) -> Opponents.Side {
            let player = (first + second).first { $0.userID == user } ?? Player(userID: user)
            return Opponents.Side(
                player: player, fighter: character.map { Fighter($0, wearing: items, level: player.level) },
                record: records.first { $0.userID == user } ?? CombatRecord(userID: user))
        }
        return Opponents(
            challenger: side(challenger, ours.first, ourItems), defender: side(defender, theirs.first, theirItems),
            latest: (made + received).max { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) })
    }

    /// Looks whether a user may be challenged or looked at by another one.
    ///
    /// - Returns: The user.
    /// - Throws: ``Failure`` 400 for oneself and for strangers, 404.
    func opponent(_ id: UUID, of user: UUID) async throws -> User {
        guard id != user else { throw Failure.challengingOneself }
        guard let opponent = try await users([id]).first else { throw Failure.userNotFound }
        guard try await Friends.mayMeet(user, id, in: self) else { throw Failure.challengingStrangers }
        return opponent
    }
}
