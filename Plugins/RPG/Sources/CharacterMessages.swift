import HearthKit

/// Makes a character.
struct CharacterCreate: Input {
    var name = ""
    var characterClass = PlayerCharacter.Class.warrior
    var stats = StatsDistribution()
    var avatarID = "default"
    var appearance = PlayerCharacter.Appearance()

    static let schema = Schema<CharacterCreate>("CharacterCreate") {
        Field("name", \.name, .required, .length(2...30), .docs("Letters, digits, spaces, hyphens and apostrophes."))
        Field("character_class", \.characterClass, .required)
        Field("stats", \.stats, .docs("Together at most 60."))
        Field("avatar_id", \.avatarID, .length(...50))
        Field("gender", \.appearance.gender, .length(1...20))
        Field("skin_color", \.appearance.skinColor, .length(1...20))
        Field("hair_style", \.appearance.hairStyle, .length(1...50))
        Field("hair_color", \.appearance.hairColor, .length(1...20))
        Field("eye_color", \.appearance.eyeColor, .length(1...20))
    }
}

/// Changes a character; what is left out or null stays.
struct CharacterUpdate: Input {
    var name: String?
    var avatarID: String?
    var title: String?

    static let schema = Schema<CharacterUpdate>("CharacterUpdate") {
        Field("name", \.name, .length(2...30))
        Field("avatar_id", \.avatarID, .length(...50))
        Field("title", \.title, .length(...50), .docs("One that a level has brought."))
    }
}

/// A character with where its user stands.
struct CharacterResponse: Output {
    let character: PlayerCharacter
    let player: Player
    /// The user's day.
    let today: LocalDate
    let equipped: [InventoryItem]

    static let schema = Schema<CharacterResponse>("CharacterResponse") {
        Field("id") { $0.character.id }
        Field("user_id") { $0.character.userID }
        Field("name") { $0.character.name }
        Field("character_class") { $0.character.characterClass }
        Field("title") { $0.character.title }
        Field("titles", .docs("Those to choose from.")) { LevelReward.titles(upTo: $0.player.rewardedLevel) }
        Field("avatar_id") { $0.character.avatarID }
        Field("level") { $0.player.level }
        Field("current_xp") { $0.player.currentXP }
        Field("xp") { $0.player.currentXP }
        Field("xp_to_next_level") { max(1, Levels.xp(for: $0.player.level + 1) - Levels.xp(for: $0.player.level)) }
        Field("total_xp") { $0.player.totalXP }
        Field("streak") { $0.player.currentStreak(on: $0.today) }
        Field("hp") { PlayerCharacter.hitPoints(endurance: $0.character.stats.endurance) }
        Field("max_hp") { PlayerCharacter.hitPoints(endurance: $0.character.stats.endurance) }
        Field("stats") { StatsDistribution(stats: $0.character.stats) }
        Field("unallocated_points") { $0.player.statPoints }
        Field("coins") { $0.player.coins }
        Field("gems") { _ in 0 }
        Field("equipped") { EquippedItemIDs(equipped: $0.equipped) }
        Field("created_at") { $0.character.createdAt }
        Field("updated_at") { $0.character.updatedAt }
    }
}

/// Which items are worn.
struct EquippedItemIDs: Output {
    let equipped: [InventoryItem]

    static let schema = Schema<EquippedItemIDs>("EquippedItems") {
        Field("weapon_id") { $0.item(.weapon) }
        Field("armor_id") { $0.item(.armor) }
        Field("helmet_id") { $0.item(.helmet) }
        Field("accessory_id") { $0.item(.accessory) }
        Field("pet_id") { $0.item(.pet) }
    }

    private func item(_ slot: Item.Category) -> UUID? { equipped.first { $0.equippedSlot == slot }?.item.id }
}

extension Player {
    /// Experience since the level was reached.
    var currentXP: Int { totalXP - Levels.xp(for: level) }
}
