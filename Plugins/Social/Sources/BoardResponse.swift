import HearthKit

/// Which board the web client asks for.
struct BoardQuery: Input {
    var type = BoardType.xp
    var scope = Standings.Scope.global

    static let schema = Schema<BoardQuery>("BoardQuery") {
        Field("type", \.type)
        Field("scope", \.scope, .docs("Everybody, or oneself and one's friends."))
    }
}

/// Which part of a board.
struct BoardPageQuery: Input {
    var board = BoardQuery()
    var limit = 50
    var offset = 0

    static let schema = Schema<BoardPageQuery>("BoardPageQuery") {
        Include(\.board)
        Field("limit", \.limit, .range(1...100))
        Field("offset", \.offset, .range(0...10_000))
    }
}

/// What the web client ranks by.
enum BoardType: String, JSONEnum {
    case xp
    case streak
    case level

    var metric: Metric {
        switch self {
        case .xp: .xp
        case .streak: .streak
        case .level: .level
        }
    }
}

/// A part of a board.
///
/// Everybody has his place on the board of all, so that ranks are exact. Who keeps his profile private has it without a name, but
/// for himself and his friends.
struct BoardResponse: Output {
    let query: BoardQuery
    let standings: Standings

    static let schema = Schema<BoardResponse>("BoardResponse") {
        Field("type") { $0.query.type }
        Field("scope") { $0.query.scope }
        Field("entries", .docs("Equals share a rank.")) { $0.standings.standings.map { BoardEntry(standing: $0) } }
        Field("user_rank", .docs("One's own, also beyond the entries; null for none.")) { $0.standings.own.rank }
        Field("total_participants", .docs("How many have a rank.")) { $0.standings.total }
    }
}

/// A place on a board.
struct BoardEntry: Output {
    let standing: Standings.Standing

    private var person: Person? { standing.isKnown ? standing.person : nil }

    static let schema = Schema<BoardEntry>("BoardEntry") {
        Field("rank") { $0.standing.place.rank }
        Field("user_id", .docs("Null where the profile is private and not a friend's.")) { $0.person?.user.id }
        Field("username", .docs("`Anonymous` where the profile is private and not a friend's.")) {
            $0.person?.user.username ?? "Anonymous"
        }
        Field("avatar_url") { $0.person?.user.avatarURL }
        Field("character_name") { $0.person?.character.name }
        Field("character_class") { $0.person?.character.characterClass }
        Field("level") { $0.standing.person.character.level }
        Field("value") { Int($0.standing.place.value) }
        Field("is_current_user") { $0.standing.isViewer }
        Field("is_friend") { $0.standing.isFriend }
    }
}

/// One's own place on a board.
struct OwnRankResponse: Output {
    let query: BoardQuery
    let rank: Rank

    static let schema = Schema<OwnRankResponse>("OwnRankResponse") {
        Field("type") { $0.query.type }
        Field("scope") { $0.query.scope }
        Field("rank", .docs("Null for none.")) { $0.rank.rank }
        Field("value") { Int($0.rank.value) }
        Field("total_participants", .docs("How many have a rank.")) { $0.rank.total }
    }
}
