import HearthThreads
import Testing

@testable import HearthDatabase

@Suite struct QueueTests {
    @Test(arguments: Engine.allCases)
    func `writers are served in the order in which they came`(engine: Engine) async throws {
        try await withDatabase(engine, TestLimits(connections: 1)) { database in
            let transaction = try await begin(database)
            let order = Shared<[Int]>([])
            for index in 0..<50 {
                let note: @Sendable () -> Void = { order.change { $0.append(index) } }
                if index.isMultiple(of: 5) {
                    database.begin(TransactionOptions(scope: things), deadline: nil) { result in
                        note()
                        (try? result.get())?.rollback { _ in }
                    }
                } else {
                    let insert = Statement("INSERT INTO things (amount) VALUES ($1)", [.integer(Int64(index))])
                    database.run([insert], scope: things, deadline: nil) { _ in note() }
                }
            }
            #expect(order.value == [])
            await withUnsafeContinuation { continuation in transaction.commit { _ in continuation.resume() } }
            try await eventually("all have been served") { order.value.count == 50 }
            #expect(order.value == Array(0..<50))
            #expect(try await database.names().count == 40)
        }
    }

    @Test(arguments: Engine.allCases)
    func `readers do not wait for a writer and see what is committed`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await database.insertThing("before")
            let transaction = try await begin(database)
            try await transaction.insertThing("within")
            await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<20 { group.addTask { try? await database.names().count } }
                for await count in group { #expect(count == 1) }
            }
            await withUnsafeContinuation { continuation in transaction.commit { _ in continuation.resume() } }
            #expect(try await database.names() == ["before", "within"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a queue that was full takes calls again once it has been served`(engine: Engine) async throws {
        try await withDatabase(engine, TestLimits(queueLimit: 1, connections: 1)) { database in
            for round in 0..<20 {
                let transaction = try await begin(database)
                let served = Shared(false)
                let insert = Statement("INSERT INTO things (name) VALUES ($1)", [.text("\(round)")])
                database.run([insert], scope: things, deadline: nil) { _ in served.change { $0 = true } }
                await withUnsafeContinuation { continuation in transaction.commit { _ in continuation.resume() } }
                try await eventually("who waited has been served") { served.value }
                // Nobody waits now, and nothing but this call can tell the engine so.
                try await database.insertThing("after \(round)")
            }
            #expect(try await database.names().count == 40)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a full queue answers busy at once`(engine: Engine) async throws {
        try await withDatabase(engine, TestLimits(queueLimit: 3, connections: 1)) { database in
            let transaction = try await begin(database)
            let served = Shared(0)
            let busy = Shared(0)
            for index in 0..<5 {
                let insert = Statement("INSERT INTO things (name) VALUES ($1)", [.text("\(index)")])
                database.run([insert], scope: things, deadline: nil) { result in
                    switch result {
                    case .success: served.change { $0 += 1 }
                    case .failure(let error): if error.kind == .busy { busy.change { $0 += 1 } }
                    }
                }
            }
            #expect(busy.value == 2)
            await withUnsafeContinuation { continuation in transaction.rollback { _ in continuation.resume() } }
            try await eventually("the others are served") { served.value == 3 }
            #expect(try await database.names() == ["0", "1", "2"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a call that waits too long is unavailable or timed out, and takes no effect`(engine: Engine) async throws {
        try await withDatabase(engine, TestLimits(waitingLimit: .milliseconds(200), connections: 1)) { database in
            let transaction = try await begin(database)
            await expectFailure(.unavailable) { try await database.insertThing("late") }
            let error = await failure {
                _ = try await database.query(
                    "DELETE FROM things", scope: things, deadline: .after(.milliseconds(30)))
            }
            #expect(error?.kind == .timeout)
            await expectFailure(.unavailable) { _ = try await begin(database) }
            await withUnsafeContinuation { continuation in transaction.rollback { _ in continuation.resume() } }
            try await database.insertThing("next")
            #expect(try await database.names() == ["next"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `many writers and readers at once lose nothing`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for index in 0..<25 {
                            try await database.transaction(.init(scope: things)) { transaction in
                                try await transaction.insertThing("\(worker)-\(index)")
                                _ = try await transaction.query(
                                    "UPDATE things SET amount = amount + 1 WHERE name = $1", [.text("\(worker)-\(index)")])
                            }
                            _ = try await database.names()
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await database.query(
                "SELECT count(*), sum(amount) FROM things", columns: [DatabaseType.integer, DatabaseType.integer], scope: things)
            #expect(sum.integer(0, 0) == 200 && sum.integer(0, 1) == 400)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a shut-down lets accepted calls end and refuses new ones`(engine: Engine) async throws {
        try await withFolder { folder in
            let database = try await open(engine, folder: folder)
            try await migrate(database, .host, folder + "/m", ["0001_notes.sql": "CREATE TABLE notes (n integer)"])
            let done = Shared(0)
            for index in 0..<50 {
                let insert = Statement("INSERT INTO notes (n) VALUES ($1)", [.integer(Int64(index))])
                database.run([insert], scope: .host, deadline: nil) { result in
                    if case .success = result { done.change { $0 += 1 } }
                }
            }
            await database.shutdown()
            #expect(done.value == 50)
            let error = await failure {
                _ = try await database.query("SELECT n FROM notes", columns: [DatabaseType.integer], scope: .host)
            }
            #expect(error?.kind == .unavailable)
            await database.shutdown()
            let again = try await open(engine, folder: folder)
            let rows = try await again.query("SELECT count(*) FROM notes", columns: [DatabaseType.integer], scope: .host)
            #expect(rows.integer(0, 0) == 50)
            await again.shutdown()
        }
    }
}
