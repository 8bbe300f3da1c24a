import HearthKit

/// The service by which other plugins show players: `docs/services/characters-1.schema.json`.
enum CharactersService {
    private static let summaries = ServiceMethod<CharactersRequest, CharactersAnswer>("characters/1", "summaries")

    /// Provides it.
    static func add(to setup: Setup) {
        setup.provide("characters/1") {
            ProvidedMethod(summaries, "Where users stand, in the order in which they are asked for.") {
                try await $0.summaries(of: $1.userIDs)
            }
        }
    }
}

/// Whom to tell about.
struct CharactersRequest: Input {
    var userIDs: [UUID] = []

    static let schema = Schema<CharactersRequest>("CharactersRequest") {
        Field("user_ids", \.userIDs, .required, .count(0...1000))
    }
}

/// Where users stand.
struct CharactersAnswer: Output {
    let characters: [CharacterSummary]

    static let schema = Schema<CharactersAnswer>("CharactersAnswer") { Field("characters") { $0.characters } }
}

/// Where a user stands. What he has to spend is his own affair.
struct CharacterSummary: Output {
    let player: Player
    let character: CharacterName?
    /// The user's day.
    let today: LocalDate

    static let schema = Schema<CharacterSummary>("CharacterSummary") {
        Field("user_id") { $0.player.userID }
        Field("name", .docs("Null without a character, as the next two.")) { $0.character?.name }
        Field("character_class") { $0.character?.characterClass }
        Field("title") { $0.character?.title }
        Field("level") { $0.player.level }
        Field("total_xp") { $0.player.totalXP }
        Field("current_streak") { $0.player.currentStreak(on: $0.today) }
        Field("best_streak") { $0.player.streak.best }
    }
}

/// How a character is called.
struct CharacterName: Sendable {
    let name: String
    let characterClass: PlayerCharacter.Class
    let title: String?
}

/// A player with the name of his character.
private struct NamedPlayer: Row {
    let player: Player
    let character: CharacterName?

    init(row: inout RowReader) throws {
        player = try Player(row: &row)
        let (name, title) = (try row.next(String?.self), try row.next(String?.self))
        let characterClass = try row.next(PlayerCharacter.Class?.self)
        if let name, let characterClass {
            character = CharacterName(name: name, characterClass: characterClass, title: title)
        } else {
            character = nil
        }
    }

    static func all(of users: [UUID]) -> SQL {
        """
        SELECT \(Player.columns), c.name, c.title, c.class FROM rpg_players p
        LEFT JOIN (SELECT user_id AS owner_id, name, title, class FROM rpg_characters) c ON c.owner_id = p.user_id
        WHERE p.user_id IN \(in: users)
        """
    }
}

extension Context {
    fileprivate func summaries(of users: [UUID]) async throws -> CharactersAnswer {
        let found: [NamedPlayer] = users.isEmpty ? [] : try await query(NamedPlayer.all(of: users))
        let named = Dictionary(found.map { ($0.player.userID, $0) }, uniquingKeysWith: { first, _ in first })
        var summaries: [CharacterSummary] = []
        for user in users {
            let player = named[user]?.player ?? Player(userID: user)
            summaries.append(
                CharacterSummary(player: player, character: named[user]?.character, today: try date(in: player.timezone)))
        }
        return CharactersAnswer(characters: summaries)
    }
}
