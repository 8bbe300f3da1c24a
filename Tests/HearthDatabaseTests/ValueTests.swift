import CHearth
import Testing

@testable import HearthDatabase

@Suite struct ValueTests {
    private static let values: [(column: String, value: DatabaseValue)] = [
        ("name", .text("")), ("name", .text("Ünïcode 🌱 'quoted' \"twice\"")), ("amount", .integer(0)),
        ("amount", .integer(2_147_483_647)),
        ("total", .integer(.max)), ("total", .integer(.min)), ("ratio", .double(0.1)), ("ratio", .double(-0.0)),
        ("ratio", .double(1e300)),
        ("ratio", .double(3)), ("active", .boolean(true)), ("active", .boolean(false)), ("at", .timestamp(1_763_675_498_908_149)),
        ("at", .timestamp(-1)), ("day", .date(20_412)), ("day", .date(-1)), ("hour", .time(86_399_999_999)), ("hour", .time(0)),
        ("extra", .json(#"{"a":[1,2,null]}"#)), ("data", .bytes([])), ("data", .bytes([0, 255, 0, 39])),
        ("key", .uuid(DatabaseUUID(high: 0x0123_4567_89ab_7def, low: 0x8000_0000_0000_00ff))),
    ]

    @Test(arguments: Engine.allCases)
    func `a statement has thousands of parameters and no more than both engines take`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            func insert(rows: Int) async throws {
                let values = (0..<rows).map { "($\($0 + 1))" }.joined(separator: ", ")
                _ = try await database.query(
                    "INSERT INTO things (total) VALUES \(values)", (0..<rows).map { .integer(Int64($0)) }, scope: things)
            }
            try await insert(rows: DatabaseLimits.parameters)
            let sum = try await database.query(
                "SELECT count(*), sum(total) FROM things", columns: [DatabaseType.integer, DatabaseType.integer], scope: things)
            let count = Int64(DatabaseLimits.parameters)
            #expect(sum.integer(0, 0) == count && sum.integer(0, 1) == count * (count - 1) / 2)
            await expectFailure(.refused) { try await insert(rows: DatabaseLimits.parameters + 1) }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a value of every type comes back as it was written`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for (column, value) in Self.values {
                let row = try await database.query(
                    "INSERT INTO things (\(column)) VALUES ($1) RETURNING \(column)", [value], columns: [value.type],
                    scope: things)
                #expect(row.rowCount == 1 && row.affected == 1)
                #expect(row.value(0, 0) == value, "\(column)")
                let read = try await database.query(
                    "SELECT \(column), \(column) FROM things ORDER BY id DESC LIMIT 1", columns: [value.type, value.type],
                    scope: things)
                #expect(read.value(0, 0) == value && read.value(0, 1) == value, "\(column)")
                #expect(read.affected == 0)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `null comes back as null for every type`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            _ = try await database.query("INSERT INTO things (name) VALUES ($1)", [.null], scope: things)
            for (column, value) in Self.values {
                let rows = try await database.query("SELECT \(column) FROM things", columns: [value.type], scope: things)
                #expect(rows.value(0, 0) == .null)
                #expect(rows[0, 0].type == DatabaseType.null)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a list finds exactly its members for every type and size`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for (column, value) in Self.values
            where value.type != DatabaseType.json && value != .double(0.1) && value != .double(-0.0) {
                _ = try await database.query("DELETE FROM things", scope: things)
                _ = try await database.query("INSERT INTO things (\(column)) VALUES ($1)", [value], scope: things)
                let others = Self.values.map(\.value).filter { $0.type == value.type && $0 != value }
                func count(_ members: [DatabaseValue], _ operation: String = "IN") async throws -> Int64? {
                    try await database.query(
                        "SELECT count(*) FROM things WHERE \(column) \(operation) ($1)", [.list(members)],
                        columns: [DatabaseType.integer], scope: things
                    ).integer(0, 0)
                }
                #expect(try await count([value]) == 1, "\(column)")
                #expect(try await count(others + [value] + others) == 1, "\(column)")
                #expect(try await count([]) == 0)
                #expect(try await count([], "NOT IN") == 1)
                #expect(try await count([value], "NOT IN") == 0)
                if value.type != DatabaseType.boolean { #expect(try await count(others) == 0, "\(column)") }
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `two lists and parameters between them keep their places`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for index in 1...20 { try await database.insertThing("t\(index)", amount: Int64(index)) }
            let rows = try await database.query(
                "SELECT name FROM things WHERE amount IN ($3) AND amount > $2 AND name NOT IN ($1) AND amount IN ($3) ORDER BY id",
                [.list([.text("t4")]), .integer(2), .list([1, 2, 3, 4, 5].map { .integer($0) })], columns: [DatabaseType.text],
                scope: things)
            #expect((0..<rows.rowCount).map { rows.text($0, 0) } == ["t3", "t5"])
            let many = try await database.query(
                "SELECT count(*) FROM things WHERE amount IN ($1)", [.list((1...10_000).map { .integer($0) })],
                columns: [DatabaseType.integer], scope: things)
            #expect(many.integer(0, 0) == 20)
        }
    }

    @Test(arguments: Engine.allCases)
    func `parameters are bound by number and not by first appearance`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let rows = try await database.query(
                "INSERT INTO things (amount, total) VALUES ($2, $1) RETURNING amount, total, $2 + $1",
                [.integer(1), .integer(2)],
                columns: [DatabaseType.integer, DatabaseType.integer, DatabaseType.integer], scope: things)
            #expect([rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2)] == [2, 1, 3])
        }
    }

    @Test(arguments: Engine.allCases)
    func `wrong parameters and columns are refused`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            func refusal(_ sql: String, _ parameters: [DatabaseValue], columns: [hearth_type] = []) async -> DatabaseError? {
                await failure { _ = try await database.query(sql, parameters, columns: columns, scope: things) }
            }
            let insert = "INSERT INTO things (name) VALUES ($1)"
            #expect(await refusal(insert, [])?.kind == .refused)
            #expect(await refusal(insert, [.null, .null])?.kind == .refused)
            #expect(await refusal(insert, [.text("a\0b")])?.kind == .refused)
            #expect(await refusal(insert, [.bytes([1])])?.kind == .refused)
            #expect(await refusal(insert, [.list([.text("a")])])?.kind == .refused)
            #expect(await refusal("UPDATE things SET ratio = $1", [.double(.nan)])?.kind == .refused)
            let list = "SELECT id FROM things WHERE id IN ($1)"
            #expect(await refusal(list, [.integer(1)], columns: [DatabaseType.integer])?.kind == .refused)
            #expect(await refusal(list, [.list([.integer(1), .text("a")])], columns: [DatabaseType.integer])?.kind == .refused)
            #expect(await refusal(list, [.list([.null])], columns: [DatabaseType.integer])?.kind == .refused)
            let long = DatabaseValue.list(Array(repeating: .integer(1), count: 10_001))
            #expect(await refusal(list, [long], columns: [DatabaseType.integer])?.kind == .tooLarge)
            #expect(await refusal("SELECT id FROM things", [], columns: [])?.kind == .refused)
            #expect(await refusal("SELECT misspelt FROM things", [], columns: [DatabaseType.text])?.kind == .refused)
            try await database.insertThing("a")
            #expect(await refusal("SELECT name FROM things", [], columns: [DatabaseType.integer])?.kind == .refused)
            #expect(try await database.names() == ["a"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a result of more than 100,000 rows is too large and harms nothing`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            _ = try await database.batch(
                (0..<400).map { Statement("INSERT INTO things (amount) VALUES ($1)", [.integer($0)]) }, scope: things)
            let product = "SELECT a.id FROM things a CROSS JOIN things b LIMIT $1"
            let error = await failure {
                _ = try await database.query(product, [.integer(100_001)], columns: [DatabaseType.integer], scope: things)
            }
            #expect(error?.kind == .tooLarge)
            let rows = try await database.query(product, [.integer(100_000)], columns: [DatabaseType.integer], scope: things)
            #expect(rows.rowCount == 100_000 && rows.integer(99_999, 0) != nil)
        }
    }

    @Test func `a value crosses the C interface only when it is well formed`() throws {
        var value = hearth_value()
        value.type = DatabaseType.integer
        value.as.integer = 7
        #expect(try DatabaseValue(copying: value) == .integer(7))
        value.type = 99
        #expect(throws: DatabaseError.self) { try DatabaseValue(copying: value) }
        try [UInt8]([0xC3, 0x28]).withUnsafeBufferPointer { bytes throws in
            value.as.bytes = hearth_bytes(data: bytes.baseAddress, length: 2)
            value.type = DatabaseType.text
            #expect(throws: DatabaseError.self) { try DatabaseValue(copying: value) }
            value.type = DatabaseType.bytes
            #expect(try DatabaseValue(copying: value) == .bytes([0xC3, 0x28]))
        }
        value.as.bytes = hearth_bytes(data: nil, length: 3)
        #expect(throws: DatabaseError.self) { try DatabaseValue(copying: value) }
        var list = hearth_value()
        list.type = DatabaseType.list
        let elements = [Int64(1), 2].map { number in
            var element = hearth_value()
            element.type = DatabaseType.integer
            element.as.integer = number
            return element
        }
        try elements.withUnsafeBytes { bytes throws in
            list.as.bytes = hearth_bytes(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: 2)
            #expect(try DatabaseValue(copying: list) == .list([.integer(1), .integer(2)]))
        }
    }
}
