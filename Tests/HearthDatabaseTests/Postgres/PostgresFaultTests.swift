import CPostgres
import Glibc
import HearthThreads
import Synchronization
import Testing

@testable import HearthDatabase

/// What happens to calls when connections, backends or the whole server fail.
@Suite(.timeLimit(.minutes(3))) struct PostgresFaultTests {
    @Test func `terminated backends lose and double nothing that was acknowledged`() async throws {
        try await withFolder { folder in
            let database = try await openLedger(try TestServer.address, try await TestServer.database(of: folder))
            let name = try await TestServer.database(of: folder)
            let ledger = Ledger(database)
            try await ledger.run { round in
                try await TestServer.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
                try await Task.sleep(for: .milliseconds(100))
                return round < 10
            }
            try await ledger.check()
            await database.shutdown()
        }
    }

    @Test func `a server that is killed and started again is served within its time, and nothing is lost`() async throws {
        try await OwnServer.with { server in
            let database = try await openLedger(server.address, "postgres")
            let ledger = Ledger(database)
            try await ledger.run { round in
                try await server.kill()
                try await server.start()
                let before = ledger.acknowledged
                try await eventually("writes are acknowledged again") { ledger.acknowledged > before + 20 }
                return round < 2
            }
            try await ledger.check()
            #expect(server.sockets() <= 8)
            await database.shutdown()
            #expect(server.sockets() == 0)
        }
    }

    @Test func `a frozen backend is given up, and its reads are run elsewhere`() async throws {
        try await OwnServer.with { server in
            var configuration = PostgresConfiguration(address: server.address, minimumConnections: 3, maximumConnections: 3)
            configuration.statementLimit = .seconds(1)
            configuration.cancelLimit = .milliseconds(300)
            let database = try await PostgresDatabase.open(configuration)
            let own = TableScope.unchecked("test")
            let pid = try await database.query("SELECT pg_backend_pid()", columns: [DatabaseType.integer], scope: own)
            let frozen = Int32(truncatingIfNeeded: pid.integer(0, 0) ?? 0)
            try #require(frozen > 1)
            kill(frozen, SIGSTOP)
            defer { kill(frozen, SIGCONT) }
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for index in 0..<60 {
                    group.addTask {
                        try await database.query(
                            "SELECT CAST($1 AS bigint)", [.integer(Int64(index))], columns: [DatabaseType.integer], scope: things
                        ).integer(0, 0)
                    }
                }
                var sum: Int64 = 0
                for try await number in group { sum += number ?? 0 }
                #expect(sum == 60 * 59 / 2)
            }
            try await eventually("it is given up") { database.statistics.lost >= 1 }
            try await eventually("it is replaced") { database.statistics.open == 3 }
            try await eventually("its socket is closed") { server.sockets() == 3 }
            await database.shutdown()
        }
    }

    @Test func `a lost connection ends its transaction, and a commit on it is of unknown effect`() async throws {
        try await OwnServer.with { server in
            let database = try await openLedger(server.address, "postgres")
            let transaction = try await begin(database)
            _ = try await transaction.query("INSERT INTO ledger (n) VALUES (1)", scope: .host)
            try await server.kill()
            let error = await failure {
                _ = try await transaction.query("INSERT INTO ledger (n) VALUES (2)", scope: .host)
            }
            #expect(error?.kind == .unavailable || error?.kind == .rolledBack)
            let commit = await withUnsafeContinuation { continuation in
                transaction.commit { continuation.resume(returning: $0) }
            }
            #expect(throws: DatabaseError.self) { try commit.get() }
            let rollback = await withUnsafeContinuation { continuation in
                transaction.rollback { continuation.resume(returning: $0) }
            }
            #expect(throws: Never.self) { try rollback.get() }
            try await server.start()
            let count = try await database.query("SELECT count(*) FROM ledger", columns: [DatabaseType.integer], scope: .host)
            #expect(count.integer(0, 0) == 0)
            await database.shutdown()
        }
    }

    @Test func `columns that another host changes are met by preparing again, transactions by running again`() async throws {
        try await withDatabase(.postgres, TestLimits(connections: 1)) { database in
            let select = "SELECT amount FROM things WHERE name = 'first'"
            try await database.insertThing("first", amount: 5)
            for type in ["bigint", "integer"] {
                _ = try await database.query("ALTER TABLE things ALTER amount TYPE \(type)", scope: .unchecked("test"))
                let read = try await database.query(select, columns: [DatabaseType.integer], scope: things)
                #expect(read.integer(0, 0) == 5)
            }
            _ = try await database.query("ALTER TABLE things ALTER amount TYPE smallint", scope: .unchecked("test"))
            let attempts = Shared(0)
            let inside = try await database.transaction(.init(scope: things), attempts: 3) { transaction in
                attempts.change { $0 += 1 }
                try await transaction.insertThing("second")
                return try await transaction.query(select, columns: [DatabaseType.integer])
            }
            #expect(inside.integer(0, 0) == 5)
            #expect(attempts.value == 2)
            #expect(try await database.names() == ["first", "second"])
        }
    }

    @Test func `innocent statements survive requests to cancel others`() async throws {
        try await withDatabase(.postgres, TestLimits(connections: 2)) { database in
            let served = Shared(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        for index in 0..<100 {
                            try await database.insertThing("\(worker)-\(index)")
                            _ = try await database.names()
                            served.change { $0 += 1 }
                        }
                    }
                }
                for _ in 0..<2 {
                    group.addTask {
                        for delay in 0..<30 {
                            let call = database.run([endlessStatement], scope: things, deadline: nil) { _ in }
                            try await Task.sleep(for: .milliseconds(delay % 7))
                            call.cancel()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(served.value == 400)
            #expect(try await database.names().count == 400)
        }
    }

    @Test(arguments: [
        ("postgresql://hearth:secret@127.0.0.1:1/none", DatabaseError.Kind.unavailable),
        ("postgresql://hearth:secret@127.0.0.1:notaport/none", .unavailable),
        ("postgresql://hearth:secret@host/none?colour=red", .refused), ("mysql://hearth:secret@host/none", .refused),
        ("postgresql://hearth:secret@[::1/none", .refused),
    ])
    func `an address that cannot be read or reached is named without its password`(
        address: String, kind: DatabaseError.Kind
    ) async throws {
        let error = await failure { _ = try await PostgresDatabase.open(PostgresConfiguration(address: address)) }
        #expect(error?.kind == kind, "\(String(describing: error))")
        #expect(error?.message.contains("secret") == false)
    }
}

/// A database with the table `ledger`.
private func openLedger(_ address: String, _ name: String) async throws -> PostgresDatabase {
    let database = try await PostgresDatabase.open(
        PostgresConfiguration(
            address: address, database: name, minimumConnections: 2, maximumConnections: 6, waitingLimit: .seconds(30)))
    _ = try await database.query("CREATE TABLE ledger (n bigint NOT NULL)", scope: .unchecked("test"))
    return database
}

/// Writes numbers and remembers which were acknowledged.
private final class Ledger: Sendable {
    private let database: PostgresDatabase
    private let written = Shared<Set<Int64>>([])
    private let next = Atomic<Int>(0)
    private let isOver = Shared(false)
    private let failedReads = Shared<[DatabaseError]>([])

    init(_ database: PostgresDatabase) { self.database = database }

    var acknowledged: Int { written.value.count }

    /// Writes and reads while a body does its worst, time and again until it says that it is enough.
    func run(_ body: @escaping @Sendable (Int) async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { await self.write() } }
            for _ in 0..<2 { group.addTask { await self.read() } }
            group.addTask {
                defer { self.isOver.change { $0 = true } }
                var round = 1
                while try await body(round) { round += 1 }
            }
            try await group.waitForAll()
        }
    }

    private func write() async {
        while !isOver.value {
            let number = Int64(next.add(1, ordering: .relaxed).newValue)
            let isInTransaction = number.isMultiple(of: 2)
            do {
                if isInTransaction {
                    try await database.transaction(.init(scope: .host)) { transaction in
                        _ = try await transaction.query("INSERT INTO ledger (n) VALUES ($1)", [.integer(number)])
                    }
                } else {
                    _ = try await database.query("INSERT INTO ledger (n) VALUES ($1)", [.integer(number)], scope: .host)
                }
                written.change { $0.insert(number) }
            } catch {
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    private func read() async {
        while !isOver.value {
            let error = await failure {
                _ = try await database.query("SELECT count(*) FROM ledger", columns: [DatabaseType.integer], scope: .host)
            }
            if let error { failedReads.change { $0.append(error) } }
        }
    }

    /// What was acknowledged is there, and everything at most once.
    func check() async throws {
        #expect(failedReads.value == [], "reads are run again")
        let rows = try await database.query("SELECT n FROM ledger", columns: [DatabaseType.integer], scope: .host)
        var found: [Int64: Int] = [:]
        for row in 0..<rows.rowCount { found[rows.integer(row, 0) ?? -1, default: 0] += 1 }
        let lost = written.value.filter { found[$0] == nil }
        #expect(lost.isEmpty && !written.value.isEmpty)
        #expect(found.values.allSatisfy { $0 == 1 })
    }
}
