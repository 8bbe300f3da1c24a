import HearthKit

/// Which items to list.
struct ShopQuery: Input {
    var category: String?
    var rarity: String?
    var maxPrice: Int?
    var minLevel: Int?
    var search: String?
    var page = 1
    var perPage = 20

    static let schema = Schema<ShopQuery>("ShopQuery") {
        Field("category", \.category)
        Field("rarity", \.rarity)
        Field("max_price", \.maxPrice, .range(0...1_000_000_000))
        Field("min_level", \.minLevel, .range(1...1_000_000_000), .docs("The required level at least."))
        Field("search", \.search, .length(2...100), .docs("A part of the name, whatever the case and accents."))
        Field("page", \.page, .range(1...1_000_000))
        Field("per_page", \.perPage, .range(1...50))
    }

    /// Whether it asks for something that no item can be.
    var findsNothing: Bool { rarity.map { Rarity(rawValue: $0) == nil } ?? false }
}

/// Which page of what one has bought.
struct PurchaseHistoryQuery: Input {
    var page = 1
    var perPage = 20

    static let schema = Schema<PurchaseHistoryQuery>("PurchaseHistoryQuery") {
        Field("page", \.page, .range(1...1_000_000))
        Field("per_page", \.perPage, .range(1...50))
    }
}

/// An item in the shop as a user sees it.
struct ShopItemResponse: Output {
    let offer: Offer
    let coins: Int
    let language: Language

    static let schema = Schema<ShopItemResponse>("ShopItemResponse") {
        Field("id") { $0.offer.item.id }
        Field("name") { $0.offer.item.name }
        Field("description") { $0.offer.item.description(in: $0.language) }
        Field("category") { $0.offer.item.category }
        Field("rarity") { $0.offer.item.rarity }
        Field("price") { $0.offer.item.price }
        Field("strength_bonus") { $0.offer.item.bonus.strength }
        Field("endurance_bonus") { $0.offer.item.bonus.endurance }
        Field("agility_bonus") { $0.offer.item.bonus.agility }
        Field("intelligence_bonus") { $0.offer.item.bonus.intelligence }
        Field("charisma_bonus") { $0.offer.item.bonus.charisma }
        Field("sprite_url") { $0.offer.item.spriteURL }
        Field("is_available") { $0.offer.item.isAvailable }
        Field("is_limited") { $0.offer.item.isLimited }
        Field("required_level") { $0.offer.item.requiredLevel }
        Field("is_owned") { $0.offer.isOwned }
        Field("can_afford") { $0.coins >= $0.offer.item.price }
    }
}

/// A page of the shop.
struct ShopListResponse: Output {
    let items: [ShopItemResponse]
    let total: Int
    let page: Int
    let perPage: Int

    static let schema = Schema<ShopListResponse>("ShopListResponse") {
        Field("items") { $0.items }
        Field("total") { $0.total }
        Field("page") { $0.page }
        Field("per_page") { $0.perPage }
        Field("has_next") { $0.page * $0.perPage < $0.total }
    }
}

/// What was bought.
struct PurchaseResult: Output {
    let item: Item
    let balance: Int
    let language: Language

    static let schema = Schema<PurchaseResult>("PurchaseResult") {
        Field("success") { _ in true }
        Field("item") { PurchasedItem(item: $0.item, language: $0.language) }
        Field("quantity") { _ in 1 }
        Field("total_cost") { $0.item.price }
        Field("currency_used") { _ in "coins" }
        Field("remaining_balance") { $0.balance }
        Field("message") { "Successfully purchased \($0.item.name)!" }
    }
}

/// An item with the members that clients expect of a purchase.
struct PurchasedItem: Output {
    let item: Item
    let language: Language

    static let schema = Schema<PurchasedItem>("PurchasedItem") {
        Field("id") { $0.item.id }
        Field("name") { $0.item.name }
        Field("description") { $0.item.description(in: $0.language) ?? "" }
        Field("category") { $0.item.category }
        Field("rarity") { $0.item.rarity }
        Field("icon") { _ in "🎁" }
        Field("image_url") { $0.item.spriteURL }
        Field("price_coins") { $0.item.price }
        Field("price_gems") { _ in 0 }
        Field("level_required") { $0.item.requiredLevel }
        Field("class_restriction") { _ in String?.none }
        Field("effects") { _ in [String]() }
        Field("is_available") { $0.item.isAvailable }
        Field("is_tradeable") { _ in false }
        Field("max_stack") { _ in 1 }
        Field("created_at") { $0.item.createdAt }
    }
}

/// A purchase.
struct PurchaseHistoryEntry: Output {
    let owned: InventoryItem

    static let schema = Schema<PurchaseHistoryEntry>("PurchaseHistoryEntry") {
        Field("item_id") { $0.owned.item.id }
        Field("item_name") { $0.owned.item.name }
        Field("item_category") { $0.owned.item.category }
        Field("item_rarity") { $0.owned.item.rarity }
        Field("price_paid") { $0.owned.pricePaid }
        Field("purchased_at") { $0.owned.acquiredAt }
    }
}

/// A page of what a user has bought.
struct PurchaseHistoryResponse: Output {
    let purchases: [PurchaseHistoryEntry]
    let sums: PurchaseSums

    static let schema = Schema<PurchaseHistoryResponse>("PurchaseHistoryResponse") {
        Field("purchases") { $0.purchases }
        Field("total") { $0.sums.count }
        Field("total_spent") { $0.sums.spent }
    }
}
