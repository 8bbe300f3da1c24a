import HearthKit

extension Routes {
    private static let itemID = PathParameter<UUID>("item_id", "The item.")

    /// Everything under `/shop`.
    func addShop() {
        route(.get, "/shop/items", "List what is on sale", query: ShopQuery.self) { request in
            let (user, now) = (try request.user.id, request.context.now)
            guard !request.query.findsNothing else {
                return ShopListResponse(items: [], total: 0, page: request.query.page, perPage: request.query.perPage)
            }
            let (offers, totals, players) = try await request.context.query(
                Offer.page(request.query, for: user, at: now).rows(Offer.self),
                Offer.count(request.query, at: now).rows(Int.self), Player.one(user).rows(Player.self))
            return ShopListResponse(
                items: offers.shown(to: players.first, in: request.language), total: totals.first ?? 0,
                page: request.query.page, perPage: request.query.perPage)
        }
        route(.get, "/shop/featured", "Show what is limited or rare") { request in
            let user = try request.user.id
            let (offers, players) = try await request.context.query(
                Offer.featured(for: user, at: request.context.now).rows(Offer.self), Player.one(user).rows(Player.self))
            return offers.shown(to: players.first, in: request.language)
        }
        route(
            .get, "/shop/items/\(Self.itemID)", "Show an item", options: RouteOptions(failures: [.itemNotFound])
        ) { request in
            let user = try request.user.id
            let (offers, players) = try await request.context.query(
                Offer.one(request[Self.itemID], for: user).rows(Offer.self), Player.one(user).rows(Player.self))
            guard let item = offers.shown(to: players.first, in: request.language).first else {
                throw Failure.itemNotFound
            }
            return item
        }
        route(.get, "/shop/history", "List what one has bought, newest first", query: PurchaseHistoryQuery.self) { request in
            let (user, page) = (try request.user.id, request.query)
            let (bought, sums) = try await request.context.query(
                InventoryItem.purchases(of: user, limit: page.perPage, offset: (page.page - 1) * page.perPage)
                    .rows(InventoryItem.self),
                PurchaseSums.of(user).rows(PurchaseSums.self))
            guard let sums = sums.first else { throw HostError(.failed, message: "the sums are missing") }
            return PurchaseHistoryResponse(purchases: bought.map { PurchaseHistoryEntry(owned: $0) }, sums: sums)
        }
        route(
            .post, "/shop/buy/\(Self.itemID)", "Buy an item",
            options: RouteOptions(
                failures: [
                    .itemNotFound, .itemNotAvailable, .itemNotYetAvailable, .itemNoLongerAvailable, .itemOwned,
                    .badRequest("You need to be level {n} to purchase this item"),
                    .badRequest("Not enough coins. You have {n}, need {m}"),
                ])
        ) { request in
            try await request.context.buy(
                request[Self.itemID], by: request.user.id, request.language)
        }
    }
}

extension Context {
    /// Buys an item. An item can be owned once, so a request that comes twice pays once.
    fileprivate func buy(_ id: UUID, by user: UUID, _ language: Language) async throws -> PurchaseResult {
        try await transaction { transaction in
            let now = transaction.now
            let (players, offers) = try await transaction.query(
                Player.locked(user, at: now).rows(Player.self), Offer.one(id, for: user).rows(Offer.self))
            guard let player = players.first, let offer = offers.first else { throw Failure.itemNotFound }
            let item = offer.item
            guard item.isAvailable else { throw Failure.itemNotAvailable }
            if let start = item.availableFrom, start > now { throw Failure.itemNotYetAvailable }
            if let end = item.availableUntil, end < now { throw Failure.itemNoLongerAvailable }
            guard player.level >= item.requiredLevel else { throw Failure.levelTooLow(for: item.requiredLevel) }
            guard !offer.isOwned else { throw Failure.itemOwned }
            let purchase = transaction.makeID()
            var books = Bookkeeping(player, because: .init(kind: "purchase", id: purchase))
            guard books.spend(coins: item.price, on: .shop) else { throw Failure.tooExpensive(item.price, have: player.coins) }
            try await transaction.store(
                books, after: [InventoryItem.insertion(purchase, of: id, to: user, for: item.price, at: now)])
            return PurchaseResult(item: item, balance: books.player.coins, language: language)
        }
    }
}

extension [Offer] {
    /// As a user sees them.
    fileprivate func shown(to player: Player?, in language: Language) -> [ShopItemResponse] {
        map { ShopItemResponse(offer: $0, coins: player?.coins ?? 0, language: language) }
    }
}
