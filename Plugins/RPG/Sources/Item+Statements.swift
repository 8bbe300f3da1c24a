import HearthKit

/// The statements on the table of items.
extension Item {
    /// All that were not removed, the plainest first.
    static let all: SQL = "SELECT \(columns) FROM rpg_items i WHERE i.removed_at IS NULL ORDER BY i.rarity, i.price, i.name, i.id"

    /// One that was not removed, locked.
    static func locked(_ id: UUID) -> SQL {
        "SELECT \(columns) FROM rpg_items i WHERE i.id = \(id) AND i.removed_at IS NULL FOR UPDATE"
    }

    /// Several of them.
    static func list(_ ids: [UUID]) -> SQL { "SELECT \(columns) FROM rpg_items i WHERE i.id IN \(in: ids) ORDER BY i.id" }

    /// The ids of what levels bring.
    static func milestones(of levels: [Int]) -> SQL {
        "SELECT id FROM rpg_items WHERE milestone_level IN \(in: levels) ORDER BY id"
    }

    /// Adds one.
    static func insertion(_ item: ItemCreate, id: UUID, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_items (id, name, description, description_en, category, rarity, price, strength_bonus, endurance_bonus,
            agility_bonus, intelligence_bonus, charisma_bonus, sprite_url, is_available, required_level, created_at)
        VALUES (\(id), \(item.name), \(item.description), \(item.descriptionInEnglish), \(item.category),
            \(item.rarity), \(item.price), \(item.bonus.strength), \(item.bonus.endurance), \(item.bonus.agility),
            \(item.bonus.intelligence), \(item.bonus.charisma), \(item.spriteURL), \(item.isAvailable), \(item.requiredLevel),
            \(now))
        """
    }

    /// Stores this one.
    var update: SQL {
        """
        UPDATE rpg_items SET name = \(name), description = \(description), description_en = \(descriptionInEnglish),
            category = \(category), rarity = \(rarity), price = \(price), strength_bonus = \(bonus.strength),
            endurance_bonus = \(bonus.endurance), agility_bonus = \(bonus.agility), intelligence_bonus = \(bonus.intelligence),
            charisma_bonus = \(bonus.charisma), sprite_url = \(spriteURL), is_available = \(isAvailable),
            required_level = \(requiredLevel)
        WHERE id = \(id)
        """
    }

    /// Removes one. Who owns it keeps it.
    static func removal(_ id: UUID, at now: Timestamp) -> SQL {
        "UPDATE rpg_items SET removed_at = \(now) WHERE id = \(id) AND removed_at IS NULL"
    }

    /// Removes all of them.
    static func removal(at now: Timestamp) -> SQL { "UPDATE rpg_items SET removed_at = \(now) WHERE removed_at IS NULL" }

    /// This one with what an update says.
    func changed(by update: ItemUpdate) -> Item {
        var item = self
        item.name = update.name ?? name
        item.description = update.description ?? description
        item.descriptionInEnglish = update.descriptionInEnglish ?? descriptionInEnglish
        item.category = update.category ?? category
        item.rarity = update.rarity ?? rarity
        item.price = update.price ?? price
        item.bonus = Stats(
            strength: update.strength ?? bonus.strength, endurance: update.endurance ?? bonus.endurance,
            agility: update.agility ?? bonus.agility, intelligence: update.intelligence ?? bonus.intelligence,
            charisma: update.charisma ?? bonus.charisma)
        item.spriteURL = update.spriteURL ?? spriteURL
        item.isAvailable = update.isAvailable ?? isAvailable
        item.requiredLevel = update.requiredLevel ?? requiredLevel
        return item
    }
}
