import Testing

@testable import HearthDatabase

@Suite struct RulesTests {
    static let accepted = [
        "SELECT id, name FROM things WHERE id = $1",
        "SELECT t.id FROM things AS t JOIN things_parts p ON p.thing_id = t.id, things_more m WHERE t.id = $1 AND m.a IN ($2)",
        "select \"id\" from \"things\" /* comment $9 ? */ where name = 'it''s ? :: now()' -- and ILIKE\n;",
        "WITH recent (id) AS (SELECT id FROM things), more AS MATERIALIZED (SELECT 1) SELECT count(*) FROM recent CROSS JOIN more",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT sum(i) FROM n",
        "INSERT INTO things (a, b) VALUES ($1, $2), ($3, TRUE) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE things.b < $4 RETURNING id",
        "INSERT INTO things (a) SELECT a FROM things_old WHERE TRUE ON CONFLICT DO NOTHING",
        "UPDATE things SET amount = amount - $1 WHERE id = $2 AND amount >= $1",
        "UPDATE things SET state = 1 WHERE id IN (SELECT id FROM things WHERE state = 0 ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED) RETURNING id",
        "DELETE FROM things WHERE id NOT IN ($1)",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST) FROM things LIMIT 10 OFFSET $1",
        "SELECT coalesce(nullif(lower(name), ''), $1), cast(sum(a) AS bigint), count(DISTINCT b) FILTER (WHERE c) FROM things GROUP BY name HAVING count(*) > 1",
        "SELECT CASE WHEN a IS NOT DISTINCT FROM b THEN abs(a) ELSE round(c) END FROM things WHERE (a, b) IN (SELECT a, b FROM things_more)",
        "SELECT id FROM things WHERE hearth_fold(name) LIKE hearth_fold($1) AND EXISTS (SELECT 1 FROM things_parts)",
        "SELECT a FROM (SELECT a FROM things) AS x LEFT JOIN (things_a JOIN things_b USING (id)) ON TRUE",
        "SELECT date, time FROM things WHERE at < timestamp '2026-11-20T21:51:38Z'",
        "SELECT greatest(a, 0), least(b, $1) FROM things WHERE day = date '2026-11-20'",
        "VALUES (1)",
    ]

    /// Statements with a word of the cure.
    static let refused: [(sql: String, cure: String)] = [
        ("SELECT id::text FROM things", "CAST"), ("SELECT id FROM things WHERE id = ANY($1)", "IN ($1)"),
        ("SELECT id FROM things WHERE name ILIKE $1", "hearth_fold"), ("SELECT now()", "clock"),
        ("SELECT CURRENT_TIMESTAMP", "clock"),
        ("SELECT current_date FROM things", "clock"), ("SELECT id FROM things WHERE at > $1 - INTERVAL '1 day'", "dates in code"),
        ("SELECT datetime('now')", "dates in code"), ("SELECT strftime('%s', at) FROM things", "dates in code"),
        ("SELECT extract(year FROM at) FROM things", "dates in code"), ("SELECT date(at) FROM things", "dates in code"),
        ("SELECT id FROM things WHERE id = ?", "$1"), ("SELECT id FROM things WHERE id = :id", "$1"),
        ("SELECT id FROM things WHERE id = @id", "$1"), ("SELECT 1; SELECT 2", "batch"), ("PRAGMA journal_mode", "operator"),
        ("ATTACH 'x' AS y", "one database"), ("BEGIN", "interface"), ("COMMIT", "interface"), ("SAVEPOINT a", "interface"),
        ("CREATE TABLE things_x (a integer)", "migrations"), ("DROP TABLE things", "migrations"), ("TRUNCATE things", "DELETE"),
        ("REPLACE INTO things (a) VALUES (1)", "ON CONFLICT"), ("INSERT OR IGNORE INTO things (a) VALUES (1)", "ON CONFLICT"),
        ("UPDATE OR IGNORE things SET a = 1", "portable"), ("SELECT id FROM things LIMIT 5, 10", "OFFSET"),
        ("SELECT group_concat(name) FROM things", "in code"), ("SELECT json_extract(extra, '$.a') FROM things", "in code"),
        ("SELECT extra ->> 'a' FROM things", "in code"), ("SELECT max(a, b) FROM things", "greatest"),
        ("SELECT ifnull(a, 0) FROM things", "coalesce"), ("SELECT random()", "in code"),
        ("SELECT pg_sleep(10)", "portable functions"),
        ("SELECT load_extension('x')", "portable functions"), ("SELECT a FROM things WHERE a == 1", "="),
        ("SELECT CAST(a AS varchar) FROM things", "types text"), ("SELECT a FROM things WHERE a GLOB 'x*'", "LIKE"),
        ("SELECT a FROM things ORDER BY name COLLATE \"C\"", "bytes"), ("SELECT X'00'", "bytes"), ("SELECT E'\\n'", "parameter"),
        ("SELECT `a` FROM things", "double quotes"), ("SELECT a[1] FROM things", "arrays"), ("SELECT $1, $3", "$2"),
        ("SELECT rowid FROM things", "primary key"), ("SELECT id FROM things FOR SHARE", "FOR UPDATE"),
        ("SELECT id FROM things FOR UPDATE NOWAIT", "ends a query"),
        ("DELETE FROM things USING things_parts WHERE TRUE", "IN (SELECT"),
        ("SELECT a FROM things EXCEPT ALL SELECT a FROM things", "portable"), ("SELECT (1", "not closed"),
        ("SELECT 1)", "not opened"),
        ("SELECT 'abc", "not closed"), ("SELECT /* abc", "not closed"), ("", "empty"), ("EXPLAIN SELECT 1", "tools"),
        ("SELECT uuid 'nonsense'", "not a uuid"), ("SELECT date '2026-02-30'", "not a date"), ("SELECT $tag$x$tag$", "dollar"),
        ("SELECT * FROM json_each($1)", "in code"), ("SELECT * FROM generate_series(1, 3)", "in code"),
        ("SELECT 1 FROM things, LATERAL (SELECT 1) x", "LATERAL"), ("SELECT 0x10", "decimal"),
    ]

    @Test(arguments: accepted, Dialect.allCases)
    func `portable SQL is accepted`(sql: String, dialect: Dialect) {
        #expect(throws: Never.self) { try SQLRules(dialect: dialect).check(sql, scope: things) }
    }

    @Test(arguments: refused, Dialect.allCases)
    func `SQL of one engine is refused with a cure`(statement: (sql: String, cure: String), dialect: Dialect) throws {
        let error = try #require(throws: DatabaseError.self) {
            try SQLRules(dialect: dialect).check(statement.sql, scope: things)
        }
        #expect(error.kind == .refused)
        #expect(error.message.contains(statement.cure), "\(error.message)")
    }

    @Test(arguments: [
        "SELECT id FROM users", "SELECT t.id FROM things t JOIN users u ON u.id = t.owner_id", "SELECT id FROM things, habits",
        "INSERT INTO habits (a) VALUES (1)", "UPDATE habits SET a = 1", "DELETE FROM thingsomething",
        "SELECT id FROM things WHERE id IN (SELECT thing_id FROM habits)", "WITH x AS (SELECT a FROM habits) SELECT a FROM x",
        "INSERT INTO things (a) SELECT a FROM \"Habits\"", "SELECT a FROM (things CROSS JOIN habits)",
        "SELECT a FROM hearth_migrations",
        "SELECT a FROM sqlite_schema", "SELECT a FROM main.things", "UPDATE things SET a = b FROM habits",
        "SELECT a FROM things UNION SELECT a FROM habits", "SELECT (SELECT max(id) FROM habits) FROM things",
    ])
    func `a table of somebody else is refused`(sql: String) throws {
        let error = try #require(throws: DatabaseError.self) { try SQLRules(dialect: .sqlite).check(sql, scope: things) }
        #expect(error.message.contains("things") || error.message.contains("schema"), "\(error.message)")
        if !sql.contains("main.") { #expect(throws: Never.self) { try SQLRules(dialect: .sqlite).check(sql, scope: .host) } }
    }

    @Test func `a hyphen in an id is an underscore in its tables`() {
        let scope = TableScope.plugin("game-shop")
        #expect(scope.owns(table: "game_shop") && scope.owns(table: "Game_Shop_items"))
        #expect(!scope.owns(table: "game") && !scope.owns(table: "game_shops"))
    }

    @Test(arguments: [
        ("SELECT $2, $1 FROM things FOR UPDATE", "SELECT ?2, ?1 FROM things "),
        ("SELECT a FROM things WHERE b LIKE $1", "SELECT a FROM things WHERE b LIKE ?1 ESCAPE '\\'"),
        (
            "SELECT a FROM things WHERE b LIKE '%' || hearth_fold($1) || '%' AND TRUE",
            "SELECT a FROM things WHERE b LIKE '%' || hearth_fold(?1) || '%' ESCAPE '\\' AND TRUE"
        ),
        ("SELECT a FROM things WHERE b LIKE $1 ESCAPE '!'", "SELECT a FROM things WHERE b LIKE ?1 ESCAPE '!'"),
        ("SELECT greatest(a, $1) FROM things", "SELECT max(a, ?1) FROM things"),
        (
            "SELECT bytes '0aff', time '00:00:01.5', uuid '01234567-89ab-7def-8000-0000000000ff', json '{}'",
            "SELECT X'0aff', 1500000, X'0123456789ab7def80000000000000ff', '{}'"
        ),
        (
            "SELECT date '1970-01-02', timestamp '1970-01-01T00:00:01Z', timestamp '2026-11-20T21:51:38.908149Z'",
            "SELECT 1, 1000000, 1795211498908149"
        ),
    ])
    func `SQL is translated for SQLite`(sql: String, expected: String) throws {
        #expect(try SQLRules(dialect: .sqlite).checked(sql, scope: things).text == expected)
    }

    @Test(arguments: [
        ("SELECT a FROM things ORDER BY a", false), ("SELECT a FROM things ORDER BY b, a DESC", false),
        ("SELECT t.a FROM things t ORDER BY t.a ASC LIMIT 1", false), ("SELECT a FROM things ORDER BY a NULLS LAST", true),
        ("SELECT a FROM things ORDER BY b DESC", true), ("SELECT coalesce(a, 0) AS a FROM things ORDER BY a", true),
        ("SELECT a FROM things ORDER BY coalesce(a, 0)", true),
        ("SELECT rank() OVER (ORDER BY a) FROM things", false),
    ])
    func `a nullable column is ordered with its nulls`(sql: String, isAccepted: Bool) throws {
        let rules = SQLRules(dialect: .sqlite)
        try rules.check(sql, scope: things)
        rules.learn(
            SchemaCatalogue(tables: [
                "things": [
                    .init(name: "a", type: "integer", isNullable: true), .init(name: "b", type: "integer", isNullable: false),
                ]
            ]))
        if isAccepted {
            #expect(throws: Never.self) { try rules.check(sql, scope: things) }
        } else {
            #expect(throws: DatabaseError.self) { try rules.check(sql, scope: things) }
        }
    }

    @Test func `a text is checked once and known by its identity`() throws {
        let rules = SQLRules(dialect: .sqlite)
        let sql = "SELECT a FROM things"
        #expect(try rules.checked(sql, scope: things) === rules.checked(sql, scope: things))
        #expect(try rules.checked(sql, scope: things) !== rules.checked(sql, scope: .host))
    }

    @Test(arguments: Engine.allCases)
    func `LIKE is exact, and folded text ignores case and accents`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for name in ["Crème Brûlée", "creme brulee", "100%", "100x", "ÆTHER ß", "ΆΛΦΑ Ёлка"] {
                try await database.insertThing(name)
            }
            func find(_ condition: String, _ text: String) async throws -> [String?] {
                let rows = try await database.query(
                    "SELECT name FROM things WHERE \(condition) ORDER BY id", [.text(text)], columns: [DatabaseType.text],
                    scope: things)
                return (0..<rows.rowCount).map { rows.text($0, 0) }
            }
            #expect(try await find("name LIKE $1", "creme%") == ["creme brulee"])
            #expect(
                try await find("hearth_fold(name) LIKE '%' || hearth_fold($1) || '%'", "BRÛL") == [
                    "Crème Brûlée", "creme brulee",
                ])
            #expect(try await find("name LIKE $1", "100\\%") == ["100%"])
            #expect(try await find("hearth_fold(name) = $1", "aether ss") == ["ÆTHER ß"])
            #expect(try await find("hearth_fold(name) = $1", "αλφα елка") == ["ΆΛΦΑ Ёлка"])
        }
    }
}
