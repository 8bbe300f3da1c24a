import HearthHost
import HearthJSON
import Testing

/// Characters, the shop, what is owned and what is worn.
struct RPGShopTests {
    @Test func `a character is made once, grows by points and bears the titles of its level`() async throws {
        try await game { host, ada in
            #expect(try await ada.get("/api/characters/me").detail == "Character required. Please complete onboarding first.")
            #expect(try await ada.get("/api/inventory/").status == 400)
            let stats: JSONValue = ["strength": 15, "vitality": 14, "agility": 10, "intelligence": 8, "luck": 8]
            let made = try await ada.post(
                "/api/characters/", ["name": "Élan d'Or", "character_class": "warrior", "stats": stats, "extra": true])
            #expect(made.status == 201, "\(made.body)")
            #expect(made.json["stats"] == stats && made.json["max_hp"] == 170 && made.json["level"] == 1)
            #expect(made.json["xp_to_next_level"] == 348 && made.json["current_xp"] == 0 && made.json["title"] == .null)
            #expect(made.json["equipped"]?["weapon_id"] == .null)
            let again = try await ada.post("/api/characters/", ["name": "Bob", "character_class": "mage"])
            #expect(again.status == 400)
            #expect(again.detail == "You already have a character. Delete it first to create a new one.")

            #expect(try await ada.post("/api/characters/stats", ["luck": 1]).detail?.hasPrefix("Not enough unallocated") == true)
            #expect(try await ada.post("/api/characters/stats", [:]).detail == "No points to allocate.")
            #expect(try await ada.post("/api/characters/stats", ["luck": 6]).status == 422)
            #expect(try await ada.put("/api/characters/me", ["title": "Immortel"]).status == 400)
            try await ada.earn(habits: 20)  // 400 points: level 2, two points
            let grown = try await ada.post("/api/characters/stats", ["luck": 1, "intelligence": 1])
            #expect(grown.status == 200 && grown.json["unallocated_points"] == 0 && grown.json["stats"]?["luck"] == 9)
            let renamed = try await ada.put("/api/characters/me", ["name": "Max"])
            #expect(renamed.json["name"] == "Max" && renamed.json["stats"]?["luck"] == 9)
        }
    }

    @Test(arguments: [
        (#"{"name": "A", "character_class": "mage"}"#, "body.name string_too_short"),
        (#"{"name": "Ab<", "character_class": "mage"}"#, "body.name value_error"),
        (#"{"name": " - ", "character_class": "mage"}"#, "body.name value_error"),
        (#"{"name": "Abc", "character_class": "bard"}"#, "body.character_class enum"),
        (
            // The others are 10 each.
            #"{"name": "Abc", "character_class": "mage", "stats": {"strength": 21}}"#,
            "body.stats value_error"
        ),
    ])
    func `a character that cannot be is refused`(body: String, violation: String) async throws {
        try await game { _, ada in
            let answer = try await ada.post("/api/characters/", JSONValue(parsing: body))
            #expect(answer.status == 422 && answer.violations == [violation], "\(answer.body)")
        }
    }

    @Test func `an item is found, bought once, worn in the place of another and taken off`() async throws {
        try await game { host, ada in
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            try await ada.earn(habits: 12)  // 120 coins
            let shop = try await ada.get("/api/shop/items?per_page=50").json
            #expect(shop["total"] == 54 && shop["items"]?.count == 50 && shop["has_next"] == true)
            let found = try await ada.get("/api/shop/items?search=epee&category=weapon&max_price=60").json
            #expect(found["items"]?.each("name") == ["Épée en bois"] && found["total"] == 1)
            let sword = try #require(found["items"]?[0]?["id"]?.string)
            #expect(found["items"]?[0]?["can_afford"] == true && found["items"]?[0]?["is_owned"] == false)
            #expect(try await ada.get("/api/shop/items?search=%25%25").json["total"] == 0)
            #expect(try await ada.get("/api/shop/items?rarity=mythic").json["items"] == [])
            #expect(try await ada.get("/api/shop/featured").json.count == 8)

            let bought = try await ada.post("/api/shop/buy/\(sword)")
            #expect(bought.status == 200 && bought.json["remaining_balance"] == 70 && bought.json["total_cost"] == 50)
            #expect(try await ada.post("/api/shop/buy/\(sword)").detail == "You already own this item")
            let dagger = try await ada.item("Dague rouillée")
            #expect(try await ada.post("/api/shop/buy/\(dagger)").status == 200)
            let hood = try await ada.item("Capuche")
            #expect(try await ada.post("/api/shop/buy/\(hood)").json["item"]?["category"] == "helmet")
            let excalibur = try await ada.item("Excalibur")
            #expect(try await ada.post("/api/shop/buy/\(excalibur)").detail == "Not enough coins. You have 0, need 1000")
            let history = try await ada.get("/api/shop/history").json
            #expect(history["total"] == 3 && history["total_spent"] == 120)

            let owned = try await ada.get("/api/inventory/").json
            #expect(owned["total"] == 3 && owned["equipped_count"] == 0)
            func inventoryID(_ name: JSONValue) throws -> String {
                try #require(owned["items"]?.elements.first { $0["name"] == name }?["id"]?.string)
            }
            let (first, second) = (try inventoryID("Épée en bois"), try inventoryID("Dague rouillée"))
            #expect(try await ada.post("/api/inventory/equip/\(first)").json["unequipped_item"] == .null)
            #expect(try await ada.post("/api/inventory/equip/\(first)").detail == "Item is already equipped")
            let swapped = try await ada.post("/api/inventory/equip/\(second)").json
            #expect(swapped["unequipped_item"]?["name"] == "Épée en bois" && swapped["equipped_item"]?["is_equipped"] == true)
            #expect(try await ada.post("/api/inventory/equip/\(try inventoryID("Capuche"))").status == 200)
            let worn = try await ada.get("/api/inventory/equipped").json
            #expect(worn["total_stats_bonus"]?["agility"] == 3 && worn["weapon"]?["name"] == "Dague rouillée")
            #expect(worn["pet"] == .null)
            #expect(try await ada.get("/api/characters/me").json["equipped"]?["weapon_id"]?.string == dagger)
            let preview = try await ada.get("/api/characters/preview?weapon_id=\(excalibur)").json
            #expect(preview["equipment"]?["weapon"]?["name"] == "Excalibur")
            #expect(preview["equipment"]?["helmet"]?["name"] == "Capuche")
            #expect(preview["sprite_layers"]?.count == 2)
            #expect(try await ada.post("/api/inventory/unequip/weapon").json["unequipped_item"]?["name"] == "Dague rouillée")
            #expect(try await ada.post("/api/inventory/unequip/weapon").detail == "No item equipped in weapon slot")
            #expect(try await ada.post("/api/inventory/unequip/foot").status == 400)
        }
    }

    @Test func `sixty-four purchases at once spend what there is and no more`() async throws {
        try await game { _, ada in
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            try await ada.earn(habits: 12)  // 120 coins
            let items = try await ada.get("/api/shop/items?max_price=50&per_page=50").json["items"]?.elements ?? []
            let ids = items.compactMap { $0["id"]?.string }
            try #require(ids.count >= 8)
            let answers = try await together(64) { try await ada.post("/api/shop/buy/\(ids[$0 % ids.count])") }
            let bought = answers.filter { $0.status == 200 }
            let spent = bought.reduce(0) { $0 + ($1.json["total_cost"]?.int ?? 0) }
            #expect(answers.allSatisfy { [200, 400].contains($0.status) })
            #expect(spent <= 120 && spent > 120 - 50)
            #expect(try await ada.standing()[2] == 120 - spent)
            #expect(try await ada.get("/api/inventory/").json["total"]?.int == bought.count)

            let one = try #require(try await ada.get("/api/inventory/").json["items"]?[0]?["id"]?.string)
            let worn = try await together(16) { _ in try await ada.post("/api/inventory/equip/\(one)") }
            #expect(worn.count { $0.status == 200 } == 1 && worn.count { $0.status == 400 } == 15)
        }
    }

    @Test func `administrators keep the items, and owners keep what is removed`() async throws {
        try await game { host, ada in
            #expect(try await ada.get("/api/admin/items").status == 403)
            let admin = try await host.administrator("root", TestClient(host))
            #expect(try await admin.get("/api/admin/items").json.count == 64)
            let made = try await admin.post(
                "/api/admin/items", ["name": "Canard", "category": "pet", "price": 0, "charisma_bonus": 2])
            #expect(made.status == 201 && made.json["rarity"] == "common")
            let id = try #require(made.json["id"]?.string)
            let changed = try await admin.put("/api/admin/items/\(id)", ["required_level": 3, "rarity": "epic"])
            #expect(changed.json["required_level"] == 3 && changed.json["rarity"] == "epic")
            #expect(changed.json["charisma_bonus"] == 2)
            #expect(try await ada.post("/api/shop/buy/\(id)").detail == "You need to be level 3 to purchase this item")
            #expect(try await admin.put("/api/admin/items/\(id)", ["required_level": 1]).status == 200)
            #expect(try await ada.post("/api/shop/buy/\(id)").status == 200)
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            #expect(try await admin.delete("/api/admin/items/\(id)").status == 204)
            #expect(try await admin.delete("/api/admin/items/\(id)").status == 404)
            #expect(try await ada.get("/api/shop/items/\(id)").status == 404)
            #expect(try await ada.get("/api/inventory/").json["items"]?.each("name") == ["Canard"])

            let bulk = try await admin.post(
                "/api/admin/items/bulk", [["name": "A", "category": "pet"], ["name": "B", "category": "armor"]])
            #expect(bulk.status == 200 && bulk.json["created"] == 2)
            #expect(try await admin.post("/api/admin/items/bulk", [["name": "A"]]).status == 422)
            #expect(try await admin.delete("/api/admin/items/all").status == 204)
            #expect(try await ada.get("/api/shop/items").json["total"] == 0)
        }
    }
}

extension TestClient {
    /// Completes hard habits, each worth 20 points and 10 coins on the first day.
    fileprivate func earn(habits: Int) async throws {
        for number in 0..<habits {
            let habit = try await habit(["title": .string("h\(number)"), "difficulty": "hard"])
            let status = try await complete(habit).status
            #expect(status == 201)
        }
    }

    /// The id of an item of the shop by its name.
    fileprivate func item(_ name: String) async throws -> String {
        for page in 1...2 {
            let items = try await get("/api/shop/items?per_page=50&page=\(page)").json["items"]?.elements ?? []
            if let id = items.first(where: { $0["name"]?.string == name })?["id"]?.string { return id }
        }
        return try #require(nil as String?, "there is no \(name)")
    }
}
