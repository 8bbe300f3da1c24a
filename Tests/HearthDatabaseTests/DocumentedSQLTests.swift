import FoundationEssentials
import Testing

@testable import HearthDatabase

/// What docs/sql.md shows to authors of plugins runs on both engines, word for word.
@Suite struct DocumentedSQLTests {
    /// The blocks of SQL in the guide, in their order.
    private static func blocks() throws -> [String] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/sql.md")
        let guide = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        return guide.split(separator: "```sql\n").dropFirst().map { part in
            part.split(separator: "```", maxSplits: 1).first.map(String.init) ?? ""
        }
    }

    private static let ada = DatabaseValue.uuid(uuid(1))

    private static func uuid(_ number: UInt8) -> DatabaseUUID {
        DatabaseUUID(high: 0, low: UInt64(number))
    }

    @Test(arguments: Engine.allCases)
    func `the statements, the migration and the seed of the guide run`(engine: Engine) async throws {
        let blocks = try Self.blocks()
        try #require(blocks.count == 5)
        let pair = blocks[0].split(separator: "\n\n").map(String.init)
        try #require(pair.count == 2)
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                // The seed names its owner.
                _ = try await database.query(
                    "INSERT INTO users (id, name) VALUES ($1, 'Ada'), (uuid '01890a5d-ac96-774b-bcce-b302099a8000', 'Shop')",
                    [Self.ada], scope: .host)

                let habits = TableScope.plugin("habits")
                try await migrate(
                    database, habits, folder + "/habits",
                    [
                        "0001_a.sql":
                            "CREATE TABLE habits_completions (id uuid PRIMARY KEY, habit_id uuid, day date, UNIQUE (habit_id, day))"
                    ])
                for (id, count) in [(2, 1), (3, 0)] as [(UInt8, Int)] {
                    let rows = try await database.query(
                        pair[0], [.uuid(Self.uuid(id)), Self.ada, .date(20_000)], columns: [DatabaseType.uuid], scope: habits)
                    #expect(rows.rowCount == count)
                }

                let shop = TableScope.plugin("shop")
                try await migrate(
                    database, shop, folder + "/shop",
                    [
                        "0001_a.sql": """
                        CREATE TABLE shop_wallets (user_id uuid PRIMARY KEY, balance bigint NOT NULL);
                        CREATE TABLE shop_items (id uuid PRIMARY KEY, name text NOT NULL);
                        INSERT INTO shop_items (id, name) VALUES (uuid '01890a5d-ac96-774b-bcce-b302099a8057', 'Crème brûlée');
                        """
                    ])
                _ = try await database.query(
                    "INSERT INTO shop_wallets (user_id, balance) VALUES ($1, 10)", [Self.ada], scope: shop)
                for affected in [1, 0] {
                    let rows = try await database.query(pair[1], [.integer(7), Self.ada], scope: shop)
                    #expect(rows.affected == affected)
                }

                let mail = TableScope.plugin("mail")
                try await migrate(
                    database, mail, folder + "/mail",
                    [
                        "0001_a.sql":
                            "CREATE TABLE mail_queue (id bigint PRIMARY KEY, state integer NOT NULL); INSERT INTO mail_queue (id, state) VALUES (1, 0), (2, 1), (3, 0)"
                    ])
                let taken = try await database.query(blocks[1], columns: [DatabaseType.integer], scope: mail)
                #expect(Set((0..<taken.rowCount).map { taken.integer($0, 0) }) == [1, 3])

                let found = try await database.query(
                    blocks[2], [.text("BRULEE")], columns: [DatabaseType.uuid, DatabaseType.text], scope: shop)
                #expect(found.rowCount == 1 && found.text(0, 1) == "Crème brûlée")

                let game = TableScope.plugin("game-shop")
                try await migrate(database, game, folder + "/game", ["0001_items.sql": blocks[3]])
                try write(["items.sql": blocks[4]], to: folder + "/seeds")
                let seeds = SeedRunner(database: database, scope: game, folder: folder + "/seeds", now: { 1 })
                #expect(try await seeds.run() == ["items.sql"])
                let prices = try await database.query(
                    "SELECT price FROM game_shop_items", columns: [DatabaseType.integer], scope: game)
                #expect(prices.rowCount == 1 && prices.integer(0, 0) == 250)
                let runner = MigrationRunner(database: database, scope: game, folder: folder + "/game", now: { 1 })
                #expect(try await runner.down().map(\.name) == ["items"])
            }
        }
    }
}
