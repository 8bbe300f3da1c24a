import FoundationEssentials
import Testing

@testable import HearthDatabase

@Suite struct MigrationTests {
    private let shop = TableScope.plugin("game-shop")

    @Test(arguments: Engine.allCases)
    func `migrations are applied once, in their order, and undone backwards`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                try write(
                    [
                        "0001_items.sql":
                            "CREATE TABLE game_shop_items (id uuid PRIMARY KEY, name text NOT NULL);\n-- down\nDROP TABLE game_shop_items;",
                        "0003_price.sql":
                            "ALTER TABLE game_shop_items ADD COLUMN price integer NOT NULL DEFAULT 5;\nCREATE INDEX game_shop_items_price ON game_shop_items (price DESC) WHERE price > 0;\nUPDATE game_shop_items SET price = 6;\n-- down\nDROP INDEX game_shop_items_price;\nALTER TABLE game_shop_items DROP COLUMN price;",
                        "notes.txt": "ignored",
                    ], to: folder)
                let runner = MigrationRunner(database: database, scope: shop, folder: folder, now: { 77 })
                #expect(try await runner.status().map(\.appliedAt) == [nil, nil])
                #expect(try await runner.up().map(\.version) == [1, 3])
                #expect(try await runner.up().isEmpty)
                #expect(try await runner.status().map(\.appliedAt) == [77, 77])
                let sql =
                    "INSERT INTO game_shop_items (id, name) VALUES (uuid '01234567-89ab-7def-8000-0000000000ff', 'x') RETURNING price"
                #expect(try await database.query(sql, columns: [DatabaseType.integer], scope: shop).integer(0, 0) == 5)
                #expect(try await runner.down().map(\.name) == ["price"])
                await expectFailure { _ = try await database.query(sql, columns: [DatabaseType.integer], scope: shop) }
                #expect(try await runner.down(steps: 5).map(\.name) == ["items"])
                #expect(try await runner.up().count == 2)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a migration that fails leaves nothing, and names its line`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                try write(
                    ["0001_a.sql": "CREATE TABLE game_shop (a integer);\n\nINSERT INTO game_shop (b) VALUES (1);"], to: folder)
                let runner = MigrationRunner(database: database, scope: shop, folder: folder, now: { 1 })
                let error = await #expect(throws: MigrationError.self) { try await runner.up() }
                #expect(error?.line == 3 && error?.file == folder + "/0001_a.sql")
                #expect(try await runner.status().map(\.appliedAt) == [nil])
                try write(["0001_a.sql": "CREATE TABLE game_shop (a integer)"], to: folder)
                #expect(try await runner.up().count == 1)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a history that does not fit the files is refused`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                let table = "CREATE TABLE game_shop (a integer)"
                let second = "CREATE TABLE game_shop_b (a integer)"
                try await migrate(database, shop, folder, ["0002_a.sql": table, "0004_b.sql": second])
                let runner = MigrationRunner(database: database, scope: shop, folder: folder, now: { 1 })
                func refusal() async -> String {
                    let up = await #expect(throws: MigrationError.self) { try await runner.up() }
                    let status = await #expect(throws: MigrationError.self) { try await runner.status() }
                    #expect(up == status)
                    return up?.description ?? ""
                }
                try write(["0002_a.sql": table + " -- changed"], to: folder)
                #expect(
                    await refusal().hasSuffix(
                        "0002_a.sql: it was changed after it had been applied: restore it, and write a new migration for what is to change"
                    ))
                try FileManager.default.removeItem(atPath: folder + "/0002_a.sql")
                #expect(await refusal().contains("0002_a of game-shop is applied, but its file is missing"))
                try write(["0002_other.sql": table], to: folder)
                #expect(await refusal().contains("under the name 0002_a"))
                try FileManager.default.removeItem(atPath: folder + "/0002_other.sql")
                try write(["0002_a.sql": table, "0003_late.sql": "DROP TABLE game_shop"], to: folder)
                #expect(await refusal().contains("comes before migration 4"))
                try FileManager.default.removeItem(atPath: folder + "/0003_late.sql")
                #expect(try await runner.up().isEmpty)
                let down = await #expect(throws: MigrationError.self) { try await runner.down() }
                #expect(down?.message.contains("-- down") == true)
                try FileManager.default.removeItem(atPath: folder)
                #expect(await refusal().contains("missing"))
            }
        }
    }

    static let refused: [(sql: String, line: Int, cure: String)] = [
        ("CREATE TABLE habits (a integer)", 1, "game_shop"), ("CREATE TABLE users (a integer)", 1, "game_shop"),
        ("CREATE INDEX items ON game_shop (a)", 1, "index items"), ("CREATE INDEX game_shop_a ON habits (a)", 1, "table habits"),
        ("DROP TABLE habits", 1, "game_shop"), ("DROP INDEX habits_a", 1, "game_shop"),
        ("ALTER TABLE habits ADD COLUMN a integer", 1, "game_shop"), ("INSERT INTO habits (a) VALUES (1)", 1, "game-shop"),
        ("\n\nUPDATE users SET a = 1", 3, "users"), ("CREATE TABLE game_shop (\n a integer,\n b varchar(20))", 3, "text"),
        ("CREATE TABLE game_shop (a timestamptz)", 1, "timestamp"), ("CREATE TABLE game_shop (a geometry)", 1, "uuid, text"),
        ("CREATE TABLE game_shop (a uuid REFERENCES habits(id))", 1, "users(id)"),
        ("CREATE TABLE game_shop (a uuid REFERENCES users(name))", 1, "users(id)"),
        ("CREATE TABLE game_shop (a uuid, FOREIGN KEY (a) REFERENCES hearth_seeds(owner))", 1, "users(id)"),
        ("CREATE TABLE game_shop (a timestamp DEFAULT CURRENT_TIMESTAMP)", 1, "clock"),
        ("CREATE TABLE game_shop (a timestamp DEFAULT (now()))", 1, "clock"),
        ("CREATE TABLE game_shop (a integer GENERATED ALWAYS AS IDENTITY)", 1, "identity"),
        ("CREATE TABLE IF NOT EXISTS game_shop (a integer)", 1, "run once"),
        ("CREATE TABLE game_shop (a integer) WITHOUT ROWID", 1, "follow"),
        ("CREATE TABLE game_shop AS SELECT 1", 1, "columns"), ("ALTER TABLE game_shop DROP COLUMN a CASCADE", 1, "DROP COLUMN"),
        ("ALTER TABLE game_shop RENAME TO game_shop_b", 1, "ADD COLUMN"),
        ("CREATE INDEX game_shop_a ON game_shop USING gin (a)", 1, "USING"),
        ("CREATE VIEW game_shop_v AS SELECT 1", 1, "may CREATE TABLE"), ("PRAGMA foreign_keys = OFF", 1, "may CREATE TABLE"),
        ("SELECT 1", 1, "may CREATE TABLE"), ("DROP TABLE game_shop CASCADE", 1, "CASCADE"),
        ("INSERT INTO game_shop (a) VALUES ($1)", 1, "parameters"),
        ("CREATE TABLE game_shop (a text COLLATE nocase)", 1, "bytes"),
        ("CREATE TABLE game_shop (a integer);\nINSERT INTO game_shop (a) VALUES (now())", 2, "clock"),
    ]

    @Test(arguments: refused)
    func `what is not portable or not one's own is refused with file and line`(sql: String, line: Int, cure: String) async throws
    {
        try await withFolder { folder in
            try write(["0001_a.sql": sql], to: folder)
            for dialect in Dialect.allCases {
                let error = #expect(throws: MigrationError.self) {
                    _ = try MigrationFile.load(folder: folder, scope: shop, dialect: dialect)
                }
                #expect(error?.line == line && error?.file == folder + "/0001_a.sql")
                #expect(error?.message.contains(cure) == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test(arguments: [
        (["a.sql": ""], "NNNN_name.sql"), (["01_a.sql": ""], "NNNN_name.sql"), (["0001_a.mysql.sql": ""], "NNNN_name.sql"),
        (["0001_a.sql": "", "0001_b.sql": ""], "same number"), (["0001_a.sqlite.sql": ""], "twin for postgres"),
        (["0001_a.sql": "", "0001_a.sqlite.sql": "", "0001_a.postgres.sql": ""], "same number"),
    ])
    func `badly named files are refused`(files: [String: String], reason: String) async throws {
        try await withFolder { folder in
            try write(files, to: folder)
            let error = #expect(throws: MigrationError.self) {
                _ = try MigrationFile.load(folder: folder, scope: shop, dialect: .sqlite)
            }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test func `twins are for their engine and not translated`() async throws {
        try await withFolder { folder in
            let files = [
                "0001_a.sqlite.sql": "CREATE TABLE game_shop (a BLOB) STRICT",
                "0001_a.postgres.sql": "CREATE TABLE game_shop (a jsonb)",
            ]
            try write(files, to: folder)
            for dialect in Dialect.allCases {
                let loaded = try MigrationFile.load(folder: folder, scope: shop, dialect: dialect).files
                #expect(loaded.map(\.up) == [[.init(sql: files["0001_a.\(dialect.rawValue).sql"] ?? "", line: 1)]])
            }
        }
    }

    @Test func `portable types are translated`() throws {
        let sql =
            "CREATE TABLE game_shop (id identity PRIMARY KEY, a uuid, b text, c integer PRIMARY KEY, d double, e bytes NOT NULL)"
        var sqlite = SchemaTranslator(scope: shop, dialect: .sqlite)
        #expect(
            try sqlite.translate(sql).map(\.sql) == [
                "CREATE TABLE game_shop (id INTEGER PRIMARY KEY AUTOINCREMENT , a BLOB, b TEXT, c INT PRIMARY KEY NOT NULL, d REAL, e BLOB NOT NULL) STRICT"
            ])
        #expect(sqlite.catalogue.tables["game_shop"]?.map(\.isNullable) == [false, true, true, false, true, false])
        var postgres = SchemaTranslator(scope: shop, dialect: .postgres)
        #expect(
            try postgres.translate("CREATE TABLE game_shop (a identity, b text, c double, d timestamp, e bytes)").map(\.sql) == [
                "CREATE TABLE game_shop (a bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, b text COLLATE \"C\", c double precision, d timestamptz, e bytea)"
            ])
    }

    @Test(arguments: Engine.allCases)
    func `a key of several columns takes no nulls`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                try await migrate(
                    database, shop, folder, ["0001_a.sql": "CREATE TABLE game_shop (a integer, b text, PRIMARY KEY (a, b))"])
            }
            let error = await failure { _ = try await database.query("INSERT INTO game_shop (a) VALUES (1)", scope: shop) }
            #expect(error?.kind == .constraint && error?.constraint == "game_shop.b")
        }
    }

    @Test(arguments: Engine.allCases)
    func `two hosts migrate at once without harm`(engine: Engine) async throws {
        try await withFolder { folder in
            let first = try await open(engine, folder: folder)
            let second = try await open(engine, folder: folder)
            let files = Dictionary(
                uniqueKeysWithValues: (1...9).map {
                    ("000\($0)_t.sql", "CREATE TABLE game_shop_\($0) (a integer);\nINSERT INTO game_shop_\($0) (a) VALUES (1);")
                })
            try write(files, to: folder + "/m")
            let scope = shop
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for database in [first, second] {
                    group.addTask {
                        try await MigrationRunner(database: database, scope: scope, folder: folder + "/m", now: { 1 }).up().count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(counts == 9)
            let rows = try await second.query("SELECT count(*) FROM game_shop_9", columns: [DatabaseType.integer], scope: scope)
            #expect(rows.integer(0, 0) == 1)
            await first.shutdown()
            await second.shutdown()
        }
    }

    @Test(arguments: Engine.allCases)
    func `seeds are applied again only when they changed`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                try await migrate(
                    database, shop, folder + "/m",
                    ["0001_a.sql": "CREATE TABLE game_shop (code text PRIMARY KEY, price integer NOT NULL)"])
                let insert =
                    "INSERT INTO game_shop (code, price) VALUES ('sword', 5) ON CONFLICT (code) DO UPDATE SET price = excluded.price;"
                try write(["items.sql": insert], to: folder + "/s")
                let runner = SeedRunner(database: database, scope: shop, folder: folder + "/s", now: { 1 })
                #expect(try await runner.run() == ["items.sql"])
                _ = try await database.query("UPDATE game_shop SET price = 9", scope: shop)
                #expect(try await runner.run() == [])
                try write(["items.sql": insert + "\n-- again"], to: folder + "/s")
                #expect(try await runner.run() == ["items.sql"])
                let price = try await database.query("SELECT price FROM game_shop", columns: [DatabaseType.integer], scope: shop)
                #expect(price.rowCount == 1 && price.integer(0, 0) == 5)
                for bad in [
                    "\nDELETE FROM game_shop", "\nINSERT INTO game_shop (code, price) VALUES ('a', 1)",
                    "\nINSERT INTO users (id) VALUES (NULL) ON CONFLICT DO NOTHING",
                    "\nINSERT INTO game_shop (code) VALUES ('a') ON CONFLICT DO NOTHING",
                ] {
                    try write(["items.sql": bad], to: folder + "/s")
                    let error = await #expect(throws: MigrationError.self) { try await runner.run() }
                    #expect(error?.file == folder + "/s/items.sql" && error?.line == 2, "\(bad)")
                }
            }
        }
    }
}
