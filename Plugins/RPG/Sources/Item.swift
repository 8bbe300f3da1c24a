import HearthKit

/// Something to wear.
struct Item: Row {
    enum Category: String, Column, JSONEnum, CaseIterable {
        case weapon, armor, helmet, accessory, pet
    }

    let id: UUID
    var name: String
    var description: String?
    var descriptionInEnglish: String?
    var category: Category
    var rarity: Rarity
    var price: Int
    var bonus: Stats
    var spriteURL: String?
    let spriteLayer: Int
    var isAvailable: Bool
    let isLimited: Bool
    let availableFrom: Timestamp?
    let availableUntil: Timestamp?
    var requiredLevel: Int
    let createdAt: Timestamp

    init(row: inout RowReader) throws {
        id = try row.next()
        name = try row.next()
        description = try row.next()
        descriptionInEnglish = try row.next()
        category = try row.next()
        rarity = try row.next()
        price = try row.next()
        bonus = try Stats(columns: &row)
        spriteURL = try row.next()
        spriteLayer = try row.next()
        isAvailable = try row.next()
        isLimited = try row.next()
        availableFrom = try row.next()
        availableUntil = try row.next()
        requiredLevel = try row.next()
        createdAt = try row.next()
    }

    /// The columns of the table of items, which is called i.
    static let columns: SQL = """
        i.id, i.name, i.description, i.description_en, i.category, i.rarity, i.price, i.strength_bonus, i.endurance_bonus, \
        i.agility_bonus, i.intelligence_bonus, i.charisma_bonus, i.sprite_url, i.sprite_layer, i.is_available, i.is_limited, \
        i.available_from, i.available_until, i.required_level, i.created_at
        """

    /// The description in a language, French unless there is an English one that is wanted.
    func description(in language: Language) -> String? {
        language == .english ? descriptionInEnglish ?? description : description
    }
}

/// What descriptions are written in.
enum Language: String, CaseIterable {
    case french = "fr"
    case english = "en"
}

extension Request {
    /// What the caller wants to read: French unless he says otherwise.
    var language: Language { language(or: .french) }
}
