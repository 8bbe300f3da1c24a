import HearthKit

/// Which items to list.
struct InventoryQuery: Input {
    var category: String?
    var equippedOnly = false

    static let schema = Schema<InventoryQuery>("InventoryQuery") {
        Field("category", \.category)
        Field("equipped_only", \.equippedOnly)
    }
}

/// An owned item as its user sees it.
struct InventoryItemResponse: Output {
    let owned: InventoryItem
    let language: Language

    static let schema = Schema<InventoryItemResponse>("InventoryItemResponse") {
        Field("id") { $0.owned.id }
        Field("item_id") { $0.owned.item.id }
        Field("name") { $0.owned.item.name }
        Field("description") { $0.owned.item.description(in: $0.language) }
        Field("category") { $0.owned.item.category }
        Field("rarity") { $0.owned.item.rarity }
        Field("strength_bonus") { $0.owned.item.bonus.strength }
        Field("endurance_bonus") { $0.owned.item.bonus.endurance }
        Field("agility_bonus") { $0.owned.item.bonus.agility }
        Field("intelligence_bonus") { $0.owned.item.bonus.intelligence }
        Field("charisma_bonus") { $0.owned.item.bonus.charisma }
        Field("sprite_url") { $0.owned.item.spriteURL }
        Field("is_equipped") { $0.owned.equippedSlot != nil }
        Field("equipped_slot") { $0.owned.equippedSlot }
    }
}

/// What a user owns.
struct InventoryResponse: Output {
    let items: [InventoryItemResponse]
    let equipped: [InventoryItem]

    static let schema = Schema<InventoryResponse>("InventoryResponse") {
        Field("items") { $0.items }
        Field("total") { $0.items.count }
        Field("equipped_count") { $0.equipped.count }
        Field("total_stats_bonus") { StatsBonus(stats: $0.equipped.bonus) }
    }
}

/// What a user wears.
struct EquippedItemsResponse: Output {
    let equipped: [InventoryItem]
    let language: Language

    static let schema = Schema<EquippedItemsResponse>("EquippedItemsResponse") {
        Field("weapon") { $0.item(.weapon) }
        Field("armor") { $0.item(.armor) }
        Field("helmet") { $0.item(.helmet) }
        Field("accessory") { $0.item(.accessory) }
        Field("pet") { $0.item(.pet) }
        Field("total_stats_bonus") { StatsBonus(stats: $0.equipped.bonus) }
    }

    private func item(_ slot: Item.Category) -> InventoryItemResponse? {
        equipped.first { $0.equippedSlot == slot }.map { InventoryItemResponse(owned: $0, language: language) }
    }
}

/// What was put on, and what was taken off for it.
struct EquipResult: Output {
    let equipped: InventoryItemResponse
    let unequipped: InventoryItemResponse?

    static let schema = Schema<EquipResult>("EquipResult") {
        Field("success") { _ in true }
        Field("message") { "Equipped \($0.equipped.owned.item.name)" }
        Field("equipped_item") { $0.equipped }
        Field("unequipped_item") { $0.unequipped }
    }
}

/// What was taken off.
struct UnequipResult: Output {
    let unequipped: InventoryItemResponse

    static let schema = Schema<UnequipResult>("UnequipResult") {
        Field("success") { _ in true }
        Field("message") { "Unequipped \($0.unequipped.owned.item.name)" }
        Field("unequipped_item") { $0.unequipped }
    }
}

extension Routes {
    private static let inventoryID = PathParameter<UUID>("inventory_id", "The item as it is owned.")
    private static let slot = PathParameter<String>("slot", "weapon, armor, helmet, accessory or pet.")

    /// Everything under `/inventory`.
    func addInventory() {
        let missing = RouteOptions(failures: [.characterRequired])
        route(.get, "/inventory/", "List what one owns", query: InventoryQuery.self, options: missing) { request in
            let owned = try await request.context.inventory(of: request.user.id)
            let language = request.language
            let items = owned.filter { owned in
                (request.query.category ?? owned.item.category.rawValue) == owned.item.category.rawValue
                    && (!request.query.equippedOnly || owned.equippedSlot != nil)
            }
            return InventoryResponse(
                items: items.map { InventoryItemResponse(owned: $0, language: language) },
                equipped: owned.filter { $0.equippedSlot != nil })
        }
        route(.get, "/inventory/equipped", "Show what one wears", options: missing) { request in
            let owned = try await request.context.inventory(of: request.user.id)
            return EquippedItemsResponse(
                equipped: owned.filter { $0.equippedSlot != nil },
                language: request.language)
        }
        route(
            .post, "/inventory/equip/\(Self.inventoryID)", "Put an item on",
            options: RouteOptions(failures: [.characterRequired, .alreadyEquipped, .notInInventory])
        ) { request in
            let (id, user) = (try request[Self.inventoryID], try request.user.id)
            let language = request.language
            return try await request.context.transaction { transaction in
                let owned = try await transaction.lockedInventory(of: user)
                guard var item = owned.first(where: { $0.id == id }) else { throw Failure.notInInventory }
                guard item.equippedSlot == nil else { throw Failure.alreadyEquipped }
                let slot = item.item.category
                item.equippedSlot = slot
                var statements = [InventoryItem.wearing(id, in: slot)]
                var worn = owned.first { $0.equippedSlot == slot }
                // Taken off first: a slot holds one item.
                if let worn { statements.insert(InventoryItem.wearing(worn.id, in: nil), at: 0) }
                worn?.equippedSlot = nil
                try await transaction.execute(statements)
                return EquipResult(
                    equipped: InventoryItemResponse(owned: item, language: language),
                    unequipped: worn.map { InventoryItemResponse(owned: $0, language: language) })
            }
        }
        route(
            .post, "/inventory/unequip/\(Self.slot)", "Take an item off",
            options: RouteOptions(failures: [.characterRequired, .invalidSlot, .badRequest("No item equipped in {slot} slot")])
        ) { request in
            let user = try request.user.id
            guard let slot = Item.Category(rawValue: try request[Self.slot]) else { throw Failure.invalidSlot }
            let language = request.language
            return try await request.context.transaction { transaction in
                let owned = try await transaction.lockedInventory(of: user)
                guard var worn = owned.first(where: { $0.equippedSlot == slot }) else { throw Failure.nothingEquipped(in: slot) }
                worn.equippedSlot = nil
                try await transaction.execute(InventoryItem.wearing(worn.id, in: nil))
                return UnequipResult(unequipped: InventoryItemResponse(owned: worn, language: language))
            }
        }
    }
}

extension Context {
    /// What somebody with a character owns.
    ///
    /// - Throws: ``Failure`` 400 without a character.
    fileprivate func inventory(of user: UUID) async throws -> [InventoryItem] {
        let (characters, owned) = try await query(
            PlayerCharacter.intelligence(of: user).rows(Int.self), InventoryItem.all(of: user).rows(InventoryItem.self))
        guard !characters.isEmpty else { throw Failure.characterRequired }
        return owned
    }

    /// Likewise, and nobody else changes it until the transaction ends.
    fileprivate func lockedInventory(of user: UUID) async throws -> [InventoryItem] {
        let (_, characters, owned) = try await query(
            Player.locked(user, at: now).rows(Player.self), PlayerCharacter.intelligence(of: user).rows(Int.self),
            InventoryItem.all(of: user).rows(InventoryItem.self))
        guard !characters.isEmpty else { throw Failure.characterRequired }
        return owned
    }
}
