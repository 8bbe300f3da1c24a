import HearthKit

/// Items to try on.
struct CharacterPreviewQuery: Input {
    var weapon: UUID?
    var armor: UUID?
    var helmet: UUID?
    var accessory: UUID?
    var pet: UUID?

    static let schema = Schema<CharacterPreviewQuery>("CharacterPreviewQuery") {
        Field("weapon_id", \.weapon)
        Field("armor_id", \.armor)
        Field("helmet_id", \.helmet)
        Field("accessory_id", \.accessory)
        Field("pet_id", \.pet)
    }

    /// The items by the slot that they are tried on in.
    var items: [Item.Category: UUID] {
        [.weapon: weapon, .armor: armor, .helmet: helmet, .accessory: accessory, .pet: pet].compactMapValues { $0 }
    }
}

/// What a character looks like with what it wears, or tries on.
struct CharacterPreviewResponse: Output {
    let character: PlayerCharacter
    let items: [Item]

    static let schema = Schema<CharacterPreviewResponse>("CharacterPreviewResponse") {
        Field("character") { PreviewCharacter(character: $0.character) }
        Field("equipment") { PreviewEquipment(items: $0.items) }
        Field("sprite_layers") { $0.items.sorted { $0.spriteLayer < $1.spriteLayer }.map { SpriteLayer(item: $0) } }
    }
}

/// What a character looks like without anything.
struct PreviewCharacter: Output {
    let character: PlayerCharacter

    static let schema = Schema<PreviewCharacter>("PreviewCharacter") {
        Field("name") { $0.character.name }
        Field("class") { $0.character.characterClass }
        Field("gender") { $0.character.appearance.gender }
        Field("skin_color") { $0.character.appearance.skinColor }
        Field("hair_style") { $0.character.appearance.hairStyle }
        Field("hair_color") { $0.character.appearance.hairColor }
        Field("eye_color") { $0.character.appearance.eyeColor }
    }
}

/// What it wears, by slot.
struct PreviewEquipment: Output {
    let items: [Item]

    static let schema = Schema<PreviewEquipment>("PreviewEquipment") {
        Field("weapon") { $0.item(.weapon) }
        Field("armor") { $0.item(.armor) }
        Field("helmet") { $0.item(.helmet) }
        Field("accessory") { $0.item(.accessory) }
        Field("pet") { $0.item(.pet) }
    }

    private func item(_ slot: Item.Category) -> PreviewItem? {
        items.first { $0.category == slot }.map { PreviewItem(item: $0) }
    }
}

/// An item as it is drawn.
struct PreviewItem: Output {
    let item: Item

    static let schema = Schema<PreviewItem>("PreviewItem") {
        Field("id") { $0.item.id }
        Field("name") { $0.item.name }
        Field("category") { $0.item.category }
        Field("sprite_url") { $0.item.spriteURL }
        Field("sprite_layer") { $0.item.spriteLayer }
    }
}

/// A picture, and above which others it lies.
struct SpriteLayer: Output {
    let item: Item

    static let schema = Schema<SpriteLayer>("SpriteLayer") {
        Field("layer") { $0.item.spriteLayer }
        Field("slot") { $0.item.category }
        Field("sprite_url") { $0.item.spriteURL }
    }
}

extension Context {
    /// What a user's character looks like. An item that is tried on takes the place of what is worn in its slot; ids of other
    /// slots and of nothing count for nothing.
    ///
    /// - Throws: ``Failure`` 400 without a character.
    func preview(_ tried: CharacterPreviewQuery, of user: UUID) async throws -> CharacterPreviewResponse {
        let wanted = tried.items
        let (characters, worn, found) = try await query(
            PlayerCharacter.of(user).rows(PlayerCharacter.self), InventoryItem.equipped(by: user).rows(InventoryItem.self),
            Item.list(Array(wanted.values)).rows(Item.self))
        guard let character = characters.first else { throw Failure.characterRequired }
        let items = Item.Category.allCases.compactMap { slot in
            found.first { $0.category == slot && $0.id == wanted[slot] } ?? worn.first { $0.equippedSlot == slot }?.item
        }
        return CharacterPreviewResponse(character: character, items: items)
    }
}
