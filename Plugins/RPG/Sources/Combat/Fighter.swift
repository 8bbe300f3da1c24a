import HearthKit

/// Who fights, as he was when the fight began.
struct Fighter: Input, Output, Hashable {
    var userID = UUID.zero
    var name = ""
    var characterClass = PlayerCharacter.Class.warrior
    var level = 1
    /// Those of the character with what he wears.
    var stats = Stats()
    /// What his armour takes off a blow, 0 to 25 points that count. No item has any so far.
    var armor = 0

    static let schema = Schema<Fighter>("Fighter") {
        Field("user_id", \.userID, .required)
        Field("name", \.name, .required)
        Field("class", \.characterClass, .required)
        Field("level", \.level, .required)
        Field("strength", \.stats.strength, .required)
        Field("endurance", \.stats.endurance, .required)
        Field("agility", \.stats.agility, .required)
        Field("intelligence", \.stats.intelligence, .required)
        Field("charisma", \.stats.charisma, .required)
        Field("armor", \.armor)
    }

    /// Life at the beginning.
    var hitPoints: Int { PlayerCharacter.hitPoints(endurance: max(0, stats.endurance)) }
    /// How likely he dodges a blow, in thousandths.
    var dodge: Int { min(300, max(0, stats.agility) * 5) }
    /// How likely his blow is a critical one, in thousandths.
    var critical: Int { min(200, max(0, stats.intelligence) * 3) }
    /// How much of a blow his armour takes away, in percent.
    var reduction: Int { min(50, max(0, armor) * 2) }
}

extension Fighter {
    /// A character with what it wears.
    init(_ character: PlayerCharacter, wearing items: [InventoryItem], level: Int) {
        userID = character.userID
        name = character.name
        characterClass = character.characterClass
        self.level = level
        stats = character.stats + items.bonus
    }

    /// As it is stored.
    func json() throws -> JSONValue {
        var json = JSONWriter()
        write(to: &json)
        return try JSONValue(parsing: json.bytes)
    }
}
