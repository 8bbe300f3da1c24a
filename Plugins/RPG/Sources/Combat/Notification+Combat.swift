import HearthKit

/// What users are told about challenges.
extension Notification {
    /// Somebody is challenged, and asked.
    static func challenge(_ challenge: Challenge) -> Notification {
        let name = challenge.challenger.name
        return Notification(
            kind: "combat_challenge", title: Text(english: "⚔️ \(name) challenges you", french: "⚔️ \(name) vous défie"),
            body: Text(
                english: "The bet is \(challenge.bet) coins. You have 24 hours to answer.",
                french: "La mise est de \(challenge.bet) pièces. Vous avez 24 heures pour répondre."),
            data: ["combat_id": .string("\(challenge.id)")], key: "combat_challenge:\(challenge.id)")
    }

    /// A fight is over.
    ///
    /// - Parameters:
    ///   - challenge: Fought.
    ///   - user: Who is told.
    static func result(of challenge: Challenge, for user: UUID) -> Notification {
        let isChallenger = challenge.challenger.userID == user
        let name = (isChallenger ? challenge.defender : challenge.challenger).name
        let fight = challenge.fight
        let xp = (isChallenger ? fight?.challengerXP : fight?.defenderXP) ?? 0
        let title: Text
        let coins: String
        switch fight?.winnerID {
        case nil:
            title = Text(english: "⚔️ A draw against \(name)", french: "⚔️ Match nul contre \(name)")
            coins = "0"
        case user:
            title = Text(english: "⚔️ You have beaten \(name)", french: "⚔️ Vous avez battu \(name)")
            coins = "+\(fight?.winnerCoins ?? 0)"
        default:
            title = Text(english: "⚔️ \(name) has beaten you", french: "⚔️ \(name) vous a battu")
            coins = challenge.bet > 0 ? "-\(challenge.bet)" : "0"
        }
        return Notification(
            kind: "combat_result", title: title,
            body: Text(english: "XP: +\(xp), coins: \(coins)", french: "XP : +\(xp), pièces : \(coins)"),
            data: ["combat_id": .string("\(challenge.id)")], key: "combat_result:\(challenge.id)")
    }
}
