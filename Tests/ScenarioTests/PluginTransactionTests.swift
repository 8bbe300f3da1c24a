import HearthJSON
import Testing

/// Plugins that break the rules of the database.
@Suite(.serialized) struct PluginTransactionTests {
    @Test func `a query beside the own transaction is busy`() async throws {
        try await PluginScenario.run(("outside-transaction", "")) { _, client async throws in
            for _ in 0..<3 {
                let answer = try await client.get("/api/outside-transaction/query").json
                #expect(answer["query"]?.int == 7)
                #expect(answer["begin"]?.int == 7)
                #expect(answer["after"]?.int == 0)
            }
        }
    }

    @Test func `tables of others are out of reach`() async throws {
        try await PluginScenario.run(("foreign-table", "")) { host, client async throws in
            for way in ["habits", "join", "quoted", "users", "change-users", "drop", "catalogue", "two", "user-ids"] {
                let answer = try await client.get("/api/foreign-table/\(way)").json
                #expect(answer["status"]?.int == 3, "\(way)")
                #expect(answer["message"]?.string != "", "\(way)")
            }
            #expect(try await client.get("/api/foreign-table/own").json["status"]?.int == 0)
            #expect(host.log.contains("A statement was refused", "plugin=foreign-table"))
            #expect(!host.log.contains("A statement was refused", "plugin=habits"))
        }
    }

    @Test func `a transaction that is left open is rolled back with its request`() async throws {
        try await PluginScenario.run(("holds-transaction", "")) { host, client async throws in
            for _ in 0..<3 { #expect(try await client.get("/api/holds-transaction/leave").json["status"]?.int == 0) }
            #expect(try await client.get("/api/holds-transaction/count").json["count"]?.int == 0)
            #expect(host.log.contains("left open", "plugin=holds-transaction"))
        }
    }

    @Test func `a transaction that is held too long is rolled back and its owner named`() async throws {
        try await PluginScenario.run(("holds-transaction", ""), environment: ["DATABASE_TRANSACTION_SECONDS": "5"]) {
            host, client async throws in
            let ada = try await client.registered("adele")
            async let held = client.get("/api/holds-transaction/hold?milliseconds=6000")
            // Writers wait for it, and none fails.
            let created = try await ada.post("/api/habits/", ["title": "Wait"])
            #expect(created.status == 201)
            let commit = try await held.json["commit"]?.int
            #expect(commit == 2 || commit == 13)
            #expect(try await client.get("/api/holds-transaction/count").json["count"]?.int == 0)
            #expect(host.log.contains("open for too long", "plugin=holds-transaction"))
            #expect(!host.log.contains("open for too long", "plugin=habits"))
        }
    }
}
