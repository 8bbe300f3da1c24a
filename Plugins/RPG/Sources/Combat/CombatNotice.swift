import HearthKit

/// What a user is told about a challenge, by whoever provides `notifications/1`.
struct CombatNotice: Output {
    let userID: UUID
    let kind: String
    let title: NoticeText
    let body: NoticeText
    let challenge: UUID

    static let schema = Schema<CombatNotice>("CombatNotice") {
        Field("user_id") { $0.userID }
        Field("kind") { $0.kind }
        Field("title") { $0.title }
        Field("body") { $0.body }
        Field("data") { CombatReference(id: $0.challenge) }
        Field("key", .docs("A notice that is sent twice is shown once.")) { "\($0.kind):\($0.challenge)" }
    }
}

/// Text in the languages of the product.
struct NoticeText: Output {
    let english: String
    let french: String

    static let schema = Schema<NoticeText>("NoticeText") {
        Field("en") { $0.english }
        Field("fr") { $0.french }
    }
}

/// Which challenge a notice is about.
struct CombatReference: Output {
    let id: UUID

    static let schema = Schema<CombatReference>("CombatReference") { Field("combat_id") { $0.id } }
}

/// What becomes of a notice that was sent.
private struct SentNotice: Input {
    var id: UUID?

    static let schema = Schema<SentNotice>("SentCombatNotice") { Field("id", \.id) }
}

extension CombatNotice {
    /// Somebody is challenged.
    static func challenge(_ challenge: Challenge) -> CombatNotice {
        let name = challenge.challenger.name
        return CombatNotice(
            userID: challenge.defender.userID, kind: "combat_challenge",
            title: NoticeText(english: "\(name) challenges you", french: "\(name) vous défie"),
            body: NoticeText(
                english: "The bet is \(challenge.bet) coins. You have 24 hours to answer.",
                french: "La mise est de \(challenge.bet) pièces. Vous avez 24 heures pour répondre."),
            challenge: challenge.id)
    }

    /// A fight is over.
    static func result(of challenge: Challenge, for user: UUID) -> CombatNotice {
        let isChallenger = challenge.challenger.userID == user
        let name = (isChallenger ? challenge.defender : challenge.challenger).name
        let fight = challenge.fight
        let xp = (isChallenger ? fight?.challengerXP : fight?.defenderXP) ?? 0
        let title: NoticeText
        let coins: Int
        switch fight?.winnerID {
        case nil:
            title = NoticeText(english: "A draw against \(name)", french: "Match nul contre \(name)")
            coins = 0
        case user:
            title = NoticeText(english: "You have beaten \(name)", french: "Vous avez battu \(name)")
            coins = fight?.winnerCoins ?? 0
        default:
            title = NoticeText(english: "\(name) has beaten you", french: "\(name) vous a battu")
            coins = -challenge.bet
        }
        let sign = coins > 0 ? "+" : ""
        return CombatNotice(
            userID: user, kind: "combat_result", title: title,
            body: NoticeText(
                english: "+\(xp) XP, \(sign)\(coins) coins.", french: "+\(xp) XP, \(sign)\(coins) pièces."),
            challenge: challenge.id)
    }
}

extension Context {
    private static let send = ServiceMethod<CombatNotice, SentNotice>("notifications/1", "send")

    /// Tells a user, if somebody here can.
    func notify(_ notice: CombatNotice) async throws { _ = try await call(Self.send, notice) }
}
