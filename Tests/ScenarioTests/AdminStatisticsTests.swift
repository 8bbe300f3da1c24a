import HearthJSON
import Testing

/// How much there is of everything: `GET /api/admin/stats`.
struct AdminStatisticsTests {
    private static let path = "/api/admin/stats"

    @Test func `administrators see how many users, characters and items there are`() async throws {
        try await product(plugins: ["habits": "", "rpg": ""]) { host, client in
            let admin = try await host.administrator("chief", client)
            let first = try await admin.get(Self.path)
            #expect(first.status == 200)
            #expect(first.json["users"] == 1 && first.json["characters"] == 0)
            let items = try #require(first.json["items"])
            let total = try #require(items["total"]?.int)
            #expect(total > 0)
            for partition in ["by_category", "by_rarity"] {
                guard case .object(let counts)? = items[partition] else {
                    Issue.record("no \(partition)")
                    continue
                }
                #expect(counts.members.reduce(0) { $0 + ($1.value.int ?? 0) } == total)
            }

            let ada = try await client.registered("ada")
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            let duck: JSONValue = ["name": "Duck", "category": "pet", "rarity": "epic", "price": 1]
            #expect(try await admin.post("/api/admin/items", duck).status == 201)
            let second = try await admin.get(Self.path).json
            #expect(second["users"] == 2 && second["characters"] == 1)
            #expect(second["items"]?["total"]?.int == total + 1)
            for (partition, member) in [("by_category", "pet"), ("by_rarity", "epic")] {
                let before = items[partition]?[member]?.int ?? 0
                #expect(second["items"]?[partition]?[member]?.int == before + 1)
            }

            // It is nobody else's business.
            #expect(try await ada.get(Self.path).status == 403)
            #expect(try await client.get(Self.path).status == 401)
        }
    }

    @Test func `without plugins that count there are users only`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let admin = try await host.administrator("chief", client)
            #expect(try await admin.get(Self.path).json == ["users": 1])
        }
    }
}
