import HearthKit

/// Who a user is in the game.
struct PlayerCharacter: Row {
    enum Class: String, Column, JSONEnum, CaseIterable {
        case warrior, mage, ranger, paladin, assassin
    }

    /// What it looks like; any words that the client has pictures for.
    struct Appearance: Hashable {
        var gender = "neutral"
        var skinColor = "light"
        var hairStyle = "short"
        var hairColor = "brown"
        var eyeColor = "blue"
    }

    let id: UUID
    let userID: UUID
    var name: String
    let characterClass: Class
    var avatarID: String
    var title: String?
    var appearance = Appearance()
    var stats: Stats
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Life at the beginning of a fight.
    static func hitPoints(endurance: Int) -> Int { 100 + 5 * endurance }

    init(_ request: CharacterCreate, id: UUID, of user: UUID, at now: Timestamp) {
        self.id = id
        userID = user
        name = request.name
        characterClass = request.characterClass
        avatarID = request.avatarID
        appearance = request.appearance
        stats = request.stats.stats
        createdAt = now
        updatedAt = now
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        userID = try row.next()
        name = try row.next()
        characterClass = try row.next()
        avatarID = try row.next()
        title = try row.next()
        appearance.gender = try row.next()
        appearance.skinColor = try row.next()
        appearance.hairStyle = try row.next()
        appearance.hairColor = try row.next()
        appearance.eyeColor = try row.next()
        stats = try Stats(columns: &row)
        createdAt = try row.next()
        updatedAt = try row.next()
    }
}

/// The statements on the table of characters.
extension PlayerCharacter {
    private static let columns: SQL = """
        id, user_id, name, class, avatar_id, title, gender, skin_color, hair_style, hair_color, eye_color, strength, endurance, \
        agility, intelligence, charisma, created_at, updated_at
        """

    /// A user's.
    static func of(_ user: UUID) -> SQL { "SELECT \(columns) FROM rpg_characters WHERE user_id = \(user)" }

    /// The intelligence of a user's, which earns more experience.
    static func intelligence(of user: UUID) -> SQL { "SELECT intelligence FROM rpg_characters WHERE user_id = \(user)" }

    /// Adds this one; refused when its user has one.
    var insertion: SQL {
        """
        INSERT INTO rpg_characters (\(Self.columns))
        VALUES (\(id), \(userID), \(name), \(characterClass), \(avatarID), \(title), \(appearance.gender),
            \(appearance.skinColor), \(appearance.hairStyle), \(appearance.hairColor), \(appearance.eyeColor), \(stats.strength),
            \(stats.endurance), \(stats.agility), \(stats.intelligence), \(stats.charisma), \(createdAt), \(updatedAt))
        ON CONFLICT (user_id) DO NOTHING
        """
    }

    /// Stores this one.
    var update: SQL {
        """
        UPDATE rpg_characters SET name = \(name), avatar_id = \(avatarID), title = \(title), strength = \(stats.strength),
            endurance = \(stats.endurance), agility = \(stats.agility), intelligence = \(stats.intelligence),
            charisma = \(stats.charisma), updated_at = \(updatedAt)
        WHERE id = \(id)
        """
    }
}
