import HearthKit

/// Adds an item.
struct ItemCreate: Input, Output {
    var name = ""
    var description: String?
    var descriptionInEnglish: String?
    var category = Item.Category.weapon
    var rarity = Rarity.common
    var price = 100
    var bonus = Stats()
    var spriteURL: String?
    var isAvailable = true
    var requiredLevel = 1

    static let schema = Schema<ItemCreate>("ItemCreate") {
        Field("name", \.name, .required, .length(1...100))
        Field("description", \.description, .length(...500))
        Field("description_en", \.descriptionInEnglish, .length(...500))
        Field("category", \.category, .required)
        Field("rarity", \.rarity)
        Field("price", \.price, .range(0...1_000_000_000))
        Field("strength_bonus", \.bonus.strength, .range(-100...100))
        Field("endurance_bonus", \.bonus.endurance, .range(-100...100))
        Field("agility_bonus", \.bonus.agility, .range(-100...100))
        Field("intelligence_bonus", \.bonus.intelligence, .range(-100...100))
        Field("charisma_bonus", \.bonus.charisma, .range(-100...100))
        Field("sprite_url", \.spriteURL, .length(...500))
        Field("is_available", \.isAvailable)
        Field("required_level", \.requiredLevel, .range(1...Levels.last))
    }
}

/// Changes an item; what is left out or null stays.
struct ItemUpdate: Input {
    var name: String?
    var description: String?
    var descriptionInEnglish: String?
    var category: Item.Category?
    var rarity: Rarity?
    var price: Int?
    var strength: Int?
    var endurance: Int?
    var agility: Int?
    var intelligence: Int?
    var charisma: Int?
    var spriteURL: String?
    var isAvailable: Bool?
    var requiredLevel: Int?

    static let schema = Schema<ItemUpdate>("ItemUpdate") {
        Field("name", \.name, .length(1...100))
        Field("description", \.description, .length(...500))
        Field("description_en", \.descriptionInEnglish, .length(...500))
        Field("category", \.category)
        Field("rarity", \.rarity)
        Field("price", \.price, .range(0...1_000_000_000))
        Field("strength_bonus", \.strength, .range(-100...100))
        Field("endurance_bonus", \.endurance, .range(-100...100))
        Field("agility_bonus", \.agility, .range(-100...100))
        Field("intelligence_bonus", \.intelligence, .range(-100...100))
        Field("charisma_bonus", \.charisma, .range(-100...100))
        Field("sprite_url", \.spriteURL, .length(...500))
        Field("is_available", \.isAvailable)
        Field("required_level", \.requiredLevel, .range(1...Levels.last))
    }
}

/// An item as an administrator sees it.
struct AdminItemResponse: Output {
    let item: Item

    static let schema = Schema<AdminItemResponse>("AdminItemResponse") {
        Field("id") { $0.item.id }
        Field("name") { $0.item.name }
        Field("description") { $0.item.description }
        Field("description_en") { $0.item.descriptionInEnglish }
        Field("category") { $0.item.category }
        Field("rarity") { $0.item.rarity }
        Field("price") { $0.item.price }
        Field("strength_bonus") { $0.item.bonus.strength }
        Field("endurance_bonus") { $0.item.bonus.endurance }
        Field("agility_bonus") { $0.item.bonus.agility }
        Field("intelligence_bonus") { $0.item.bonus.intelligence }
        Field("charisma_bonus") { $0.item.bonus.charisma }
        Field("sprite_url") { $0.item.spriteURL }
        Field("is_available") { $0.item.isAvailable }
        Field("required_level") { $0.item.requiredLevel }
    }
}

/// How many items were added.
struct BulkCreateResult: Output {
    let created: Int

    static let schema = Schema<BulkCreateResult>("BulkCreateResult") { Field("created") { $0.created } }
}
