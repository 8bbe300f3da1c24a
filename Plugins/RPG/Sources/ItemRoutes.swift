import HearthKit

extension Routes {
    private static let itemID = PathParameter<UUID>("item_id", "The item.")
    /// How many can be added at once.
    private static let bulkLimit = 500

    /// Everything under `/admin/items`.
    func addItems() {
        route(.get, "/admin/items", "List all items") { request in
            let items: [Item] = try await request.context.query(Item.all)
            return items.map { AdminItemResponse(item: $0) }
        }
        route(.post, "/admin/items", "Add an item", body: ItemCreate.self, status: 201) { request in
            let id = request.context.makeID()
            return try await request.context.transaction { transaction in
                try await transaction.execute(Item.insertion(request.body, id: id, at: transaction.now))
                return try await transaction.item(id)
            }
        }
        route(
            .post, "/admin/items/bulk", "Add items, all or none", body: InputArray<ItemCreate>.self
        ) { request in
            let items = request.body.elements
            guard items.count <= Self.bulkLimit else { throw Failure.tooManyItems(Self.bulkLimit) }
            guard !items.isEmpty else { return BulkCreateResult(created: 0) }
            let context = request.context
            let now = context.now
            try await context.execute(items.map { Item.insertion($0, id: context.makeID(), at: now) })
            return BulkCreateResult(created: items.count)
        }
        route(
            .put, "/admin/items/\(Self.itemID)", "Change an item", body: ItemUpdate.self,
            options: RouteOptions(failures: [.itemNotFound], docs: "What is left out or null stays.")
        ) { request in
            let id = try request[Self.itemID]
            return try await request.context.transaction { transaction in
                let items: [Item] = try await transaction.query(Item.locked(id))
                guard let item = items.first?.changed(by: request.body) else { throw Failure.itemNotFound }
                try await transaction.execute(item.update)
                return AdminItemResponse(item: item)
            }
        }
        route(
            .delete, "/admin/items/all", "Remove all items", status: 204,
            options: RouteOptions(docs: "Who owns one keeps it.")
        ) { request in
            try await request.context.execute(Item.removal(at: request.context.now))
            return Nothing()
        }
        route(
            .delete, "/admin/items/\(Self.itemID)", "Remove an item", status: 204,
            options: RouteOptions(failures: [.itemNotFound], docs: "Who owns it keeps it.")
        ) { request in
            let removal = Item.removal(try request[Self.itemID], at: request.context.now)
            guard try await request.context.execute(removal) > 0 else { throw Failure.itemNotFound }
            return Nothing()
        }
    }
}

extension Context {
    fileprivate func item(_ id: UUID) async throws -> AdminItemResponse {
        let items: [Item] = try await query(Item.locked(id))
        guard let item = items.first else { throw Failure.itemNotFound }
        return AdminItemResponse(item: item)
    }
}
