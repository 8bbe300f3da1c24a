import Testing

@testable import HearthDatabase

@Suite struct TransactionTests {
    @Test(arguments: Engine.allCases)
    func `a committed transaction lasts and one that throws leaves nothing`(engine: Engine) async throws {
        struct Stop: Error {}
        try await withDatabase(engine) { database in
            try await database.transaction(.init(scope: things)) { transaction in
                try await transaction.insertThing("kept")
                let inside = try await transaction.query("SELECT count(*) FROM things", columns: [DatabaseType.integer])
                #expect(inside.integer(0, 0) == 1)
            }
            await #expect(throws: Stop.self) {
                try await database.transaction(.init(scope: things)) { transaction in
                    try await transaction.insertThing("lost")
                    throw Stop()
                }
            }
            #expect(try await database.names() == ["kept"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a failed statement makes a transaction rollback-only`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for bad in [
                "INSERT INTO things (name) VALUES (no_such_column)", "SELECT now()", "INSERT INTO things (amount) VALUES (-1)",
            ] {
                let error = await failure {
                    try await database.transaction(.init(scope: things)) { transaction in
                        try await transaction.insertThing("lost")
                        await expectFailure { _ = try await transaction.query(bad, columns: []) }
                        await expectFailure(.rolledBack) { try await transaction.insertThing("too late") }
                    }
                }
                #expect(error?.kind == .rolledBack, "\(bad)")
            }
            #expect(try await database.names() == [])
            try await database.insertThing("next")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a failure inside a savepoint is undone with it`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await database.transaction(.init(scope: things)) { transaction in
                try await transaction.insertThing("outer")
                let error = await failure {
                    try await transaction.savepoint {
                        try await transaction.insertThing("inner")
                        try await transaction.insertThing("outer")
                    }
                }
                #expect(error?.kind == .unique)
                // A release after a failure that was swallowed undoes the savepoint too.
                let swallowed = await failure {
                    try await transaction.savepoint {
                        try await transaction.insertThing("inner")
                        _ = await failure { try await transaction.insertThing("outer") }
                    }
                }
                #expect(swallowed?.kind == .rolledBack)
                try await transaction.savepoint {
                    try await transaction.insertThing("first")
                    _ = await failure {
                        try await transaction.savepoint {
                            try await transaction.insertThing("nested")
                            try await transaction.insertThing("first")
                        }
                    }
                    try await transaction.insertThing("second")
                }
            }
            #expect(try await database.names() == ["first", "outer", "second"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a savepoint that is over is refused`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await database.transaction(.init(scope: things)) { transaction in
                try await transaction.savepoint {}
                let error = await withUnsafeContinuation { continuation in
                    transaction.release(Savepoint(depth: 1)) { continuation.resume(returning: $0) }
                }
                #expect(throws: DatabaseError.self) { try error.get() }
                try await transaction.insertThing("still works")
            }
            #expect(try await database.names() == ["still works"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `statements of a batch take effect together or not at all`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let results = try await database.batch(
                [
                    Statement("INSERT INTO things (name) VALUES ($1)", [.text("a")]),
                    Statement("SELECT count(*) FROM things", columns: [DatabaseType.integer]),
                    Statement("UPDATE things SET amount = 5"),
                ], scope: things)
            #expect(results.count == 3 && results[1].integer(0, 0) == 1 && results[2].affected == 1)
            let error = await failure {
                _ = try await database.batch(
                    [
                        Statement("INSERT INTO things (name) VALUES ($1)", [.text("b")]),
                        Statement("INSERT INTO things (name) VALUES ($1)", [.text("a")]),
                    ], scope: things)
            }
            #expect(error?.kind == .unique && error?.constraint == "things_name")
            #expect(try await database.names() == ["a"])
            await expectFailure(.refused) { _ = try await database.batch([], scope: things) }
        }
    }

    @Test(arguments: Engine.allCases)
    func `violations name their constraint`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let key = DatabaseValue.uuid(DatabaseUUID(high: 1, low: 1))
            _ = try await database.query("INSERT INTO things (id, name, key) VALUES (1000, 'a', $1)", [key], scope: things)
            func violation(_ sql: String, _ parameters: [DatabaseValue] = []) async -> DatabaseError? {
                await failure { _ = try await database.query(sql, parameters, scope: things) }
            }
            let name = await violation("INSERT INTO things (name) VALUES ('a')")
            #expect(name?.kind == .unique && name?.constraint == "things_name")
            let index = await violation("INSERT INTO things (key) VALUES ($1)", [key])
            #expect(index?.kind == .unique && index?.constraint == "things_key")
            let primary = await violation("INSERT INTO things (id) VALUES (1000)")
            #expect(primary?.kind == .unique && primary?.constraint == "things_pkey")
            let check = await violation("INSERT INTO things (amount) VALUES (-1)")
            #expect(check?.kind == .constraint && check?.constraint == "things_amount")
            let reference = await violation("INSERT INTO things (owner_id) VALUES ($1)", [key])
            #expect(reference?.kind == .constraint)
            #expect(reference?.description.contains("INSERT") == false, "the SQL is for the log only")
            #expect(reference?.sql != nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `unnamed unique constraints and missing values have the names of PostgreSQL`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withFolder { folder in
                try await migrate(
                    database, .plugin("unnamed-one"), folder,
                    [
                        "0001_a.sql":
                            "CREATE TABLE unnamed_one (a integer NOT NULL, b text, c text, UNIQUE (a, b), CONSTRAINT unnamed_one_c UNIQUE (c))"
                    ])
            }
            func violation(_ sql: String) async -> DatabaseError? {
                await failure { _ = try await database.query(sql, scope: .plugin("unnamed-one")) }
            }
            #expect(await violation("INSERT INTO unnamed_one (a, b, c) VALUES (1, 'x', 'y')") == nil)
            #expect(await violation("INSERT INTO unnamed_one (a, b) VALUES (1, 'x')")?.constraint == "unnamed_one_a_b_key")
            #expect(await violation("INSERT INTO unnamed_one (a, c) VALUES (2, 'y')")?.constraint == "unnamed_one_c")
            #expect(await violation("INSERT INTO unnamed_one (b) VALUES ('x')")?.constraint == "unnamed_one.a")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a read-only transaction sees one state and refuses writes`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let count = "SELECT count(*) FROM things"
            let options = TransactionOptions(scope: things, isolation: .repeatableRead, readOnly: true)
            try await database.transaction(options) { transaction in
                #expect(try await transaction.query(count, columns: [DatabaseType.integer]).integer(0, 0) == 0)
                try await database.insertThing("meanwhile")
                #expect(try await transaction.query(count, columns: [DatabaseType.integer]).integer(0, 0) == 0)
            }
            let error = await failure {
                try await database.transaction(options) { transaction in try await transaction.insertThing("refused") }
            }
            #expect(error?.kind == .refused)
            #expect(try await database.names() == ["meanwhile"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a transaction runs one call at a time, and a rollback waits for it`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let transaction = try await begin(database)
            let order = Shared<[String]>([])
            transaction.run([slowStatement], scope: things, deadline: nil) { result in
                order.change { $0.append((try? result.get()) == nil ? "failed" : "slow") }
            }
            transaction.run([Statement("DELETE FROM things")], scope: things, deadline: nil) { result in
                if case .failure(let error) = result, error.kind == .busy { order.change { $0.append("busy") } }
            }
            #expect(order.value.first == "busy")
            await withUnsafeContinuation { continuation in
                transaction.rollback { _ in
                    order.change { $0.append("rolled back") }
                    continuation.resume()
                }
            }
            #expect(order.value == ["busy", "slow", "rolled back"])
            let again = await withUnsafeContinuation { continuation in
                transaction.rollback { continuation.resume(returning: $0) }
            }
            #expect(throws: Never.self) { try again.get() }
            await expectFailure(.rolledBack) { try await transaction.insertThing("late") }
            try await database.insertThing("next")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a transaction that stays open is rolled back and its owner named`(engine: Engine) async throws {
        let owners = Shared<[String]>([])
        var limits = TestLimits(maximumTransactionDuration: .seconds(2))
        limits.onExpired = { owner in owners.change { $0.append(owner) } }
        try await withDatabase(engine, limits) { database in
            let transaction = try await begin(database)
            try await transaction.insertThing("lost")
            try await eventually("the owner is named") { owners.value == ["things"] }
            await expectFailure(.rolledBack) { try await transaction.insertThing("late") }
            let commit = await withUnsafeContinuation { continuation in transaction.commit { continuation.resume(returning: $0) }
            }
            let error = await failure { try commit.get() }
            #expect(error?.kind == .rolledBack && error?.message.contains("after") == true)
            try await database.insertThing("next")
            #expect(try await database.names() == ["next"])
            // Nor do many short ones.
            let busy = try await begin(database)
            let chatty = await failure { while true { try await busy.insertThing("\(UInt64.random(in: 0 ..< .max))") } }
            // Its end met either a statement under way or the time between two.
            #expect(chatty?.kind == .timeout || chatty?.kind == .rolledBack)
            await expectFailure(.rolledBack) { try await busy.insertThing("late") }
            // A statement that never ends does not keep the transaction open either.
            let endless = try await begin(database)
            await expectFailure(.timeout) { _ = try await endless.batch([endlessStatement]) }
            try await eventually("the owner is named again") { owners.value.count == 3 }
            try await database.insertThing("last")
        }
    }
}

/// Begins a transaction of the plugin `things`.
func begin(_ database: any Database) async throws(DatabaseError) -> any DatabaseTransaction {
    try await withUnsafeContinuation { continuation in
        database.begin(TransactionOptions(scope: things), deadline: nil) { continuation.resume(returning: $0) }
    }.get()
}

/// Counts for a noticeable while.
let slowStatement = counting(to: 300_000)
/// Counts for longer than any test lasts.
let endlessStatement = counting(to: 1_000_000_000_000)

private func counting(to limit: Int64) -> Statement {
    Statement(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) SELECT count(*) FROM numbers",
        [.integer(limit)], columns: [DatabaseType.integer])
}
