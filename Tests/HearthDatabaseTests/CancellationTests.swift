import HearthThreads
import Testing

@testable import HearthDatabase

@Suite struct CancellationTests {
    @Test(arguments: Engine.allCases)
    func `a running statement stops when it is cancelled or its deadline passes`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let result = Shared<DatabaseError.Kind?>(nil)
            let call = database.run([endlessStatement], scope: things, deadline: nil) { outcome in
                if case .failure(let error) = outcome { result.change { $0 = error.kind } }
            }
            try await Task.sleep(for: .milliseconds(20))
            call.cancel()
            try await eventually("it is cancelled") { result.value == .cancelled }
            call.cancel()
            let error = await failure {
                _ = try await database.batch([endlessStatement], scope: things, deadline: .after(.milliseconds(50)))
            }
            #expect(error?.kind == .timeout)
            #expect(try await database.names() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a call that waits leaves the queue when it is cancelled`(engine: Engine) async throws {
        try await withDatabase(engine, TestLimits(connections: 1)) { database in
            let transaction = try await begin(database)
            let result = Shared<[DatabaseError.Kind]>([])
            let note: @Sendable (DatabaseError) -> Void = { error in result.change { $0.append(error.kind) } }
            let run = database.run([Statement("INSERT INTO things (name) VALUES ('no')")], scope: things, deadline: nil) {
                if case .failure(let error) = $0 { note(error) }
            }
            let begin = database.begin(TransactionOptions(scope: things), deadline: nil) {
                if case .failure(let error) = $0 { note(error) }
            }
            run.cancel()
            begin.cancel()
            #expect(result.value == [.cancelled, .cancelled])
            await withUnsafeContinuation { continuation in transaction.commit { _ in continuation.resume() } }
            #expect(try await database.names() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `cancelling at every step of a transaction never blocks the next writer`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            for delay in 0..<60 {
                let task = Task {
                    try await database.transaction(.init(scope: things)) { transaction in
                        try await transaction.insertThing("a-\(delay)")
                        try await transaction.savepoint {
                            _ = try await transaction.batch([counted(2_000)])
                            try await transaction.insertThing("b-\(delay)")
                        }
                        _ = try await transaction.batch([counted(2_000)])
                    }
                }
                for _ in 0..<delay { await Task.yield() }
                try await Task.sleep(for: .microseconds(delay * 40))
                task.cancel()
                let result = await task.result
                try await database.insertThing("next-\(delay)")
                let names = try await database.names().filter { $0 == "a-\(delay)" || $0 == "b-\(delay)" }
                switch result {
                case .success: #expect(names.count == 2)
                case .failure: #expect(names.isEmpty)
                }
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a cancelled statement makes its transaction rollback-only`(engine: Engine) async throws {
        try await withDatabase(engine) { database in
            let transaction = try await begin(database)
            try await transaction.insertThing("lost")
            let result = Shared<DatabaseError.Kind?>(nil)
            let call = transaction.run([endlessStatement], scope: things, deadline: nil) { outcome in
                if case .failure(let error) = outcome { result.change { $0 = error.kind } }
            }
            call.cancel()
            try await eventually("it is cancelled") { result.value == .cancelled }
            await expectFailure(.rolledBack) { try await transaction.insertThing("more") }
            let commit = await withUnsafeContinuation { continuation in transaction.commit { continuation.resume(returning: $0) }
            }
            #expect(throws: DatabaseError.self) { try commit.get() }
            try await database.insertThing("next")
            #expect(try await database.names() == ["next"])
        }
    }
}

private func counted(_ limit: Int64) -> Statement {
    var statement = slowStatement
    statement.parameters = [.integer(limit)]
    return statement
}
