import FoundationEssentials
import Glibc
import Testing

@testable import HearthDatabase

/// What is particular to a database in a file.
@Suite struct SQLiteFileTests {
    @Test func `a file that cannot be opened, is damaged or no database is named`() async throws {
        try await withFolder { folder in
            func refusal(_ path: String) -> DatabaseError? {
                #expect(throws: DatabaseError.self) { _ = try SQLiteDatabase(SQLiteConfiguration(path: path)) }
            }
            let missing = refusal(folder + "/no/such/folder/test.db")
            #expect(missing?.kind == .unavailable && missing?.message.contains(folder) == true)
            try write(["text.db": String(repeating: "this is no database. ", count: 100)], to: folder)
            let text = refusal(folder + "/text.db")
            #expect(text?.kind == .failed && text?.message.contains("not a SQLite database") == true)
        }
    }

    @Test func `a damaged page is an error and not an answer`() async throws {
        try await withFolder { folder in
            let database = try await open(.sqlite, folder: folder)
            try await migrate(database, .host, folder + "/m", ["0001_n.sql": "CREATE TABLE notes (t text)"])
            _ = try await database.batch(
                (0..<500).map { _ in Statement("INSERT INTO notes (t) VALUES ($1)", [.text(String(repeating: "x", count: 200))])
                },
                scope: .host)
            await database.shutdown()
            let path = folder + "/test.db"
            var bytes = try #require(FileManager.default.contents(atPath: path))
            // After a shut-down the file is whole without its log, so that copying it makes a backup.
            try #require(bytes.count > 4_096 * 20)
            for index in 4_096 * 6..<min(bytes.count, 4_096 * 20) { bytes[index] = 0xA5 }
            try bytes.write(to: URL(filePath: path))
            let again = try await open(.sqlite, folder: folder)
            let error = await failure {
                _ = try await again.query("SELECT t FROM notes", columns: [DatabaseType.text], scope: .host)
            }
            #expect(error?.kind == .failed && error?.message.contains("damaged") == true)
            await again.shutdown()
        }
    }

    @Test func `a full disk fails the write, undoes the transaction and is named`() async throws {
        try await withDatabase(.sqlite) { database in
            // The limit stands for the end of the disk: SQLite answers with the same error.
            let pages = try await database.query(
                "SELECT page_count FROM pragma_page_count", columns: [DatabaseType.integer], scope: .unchecked("test"))
            let limit = (pages.integer(0, 0) ?? 0) + 4
            _ = try await database.query(
                "PRAGMA max_page_count = \(limit)", columns: [DatabaseType.integer], scope: .unchecked("test"))
            let large = DatabaseValue.text(String(repeating: "x", count: 100_000))
            let error = await failure {
                try await database.transaction(.init(scope: things)) { transaction in
                    try await transaction.insertThing("lost")
                    try await transaction.savepoint {
                        _ = try await transaction.query("INSERT INTO things (name) VALUES ($1)", [large])
                    }
                }
            }
            #expect(error?.kind == .unavailable && error?.message.contains("no space") == true)
            #expect(try await database.names() == [])
            try await database.insertThing("small")
            #expect(try await database.names() == ["small"])
        }
    }

    @Test func `the file is readable by its owner only, and commits are made to last`() async throws {
        try await withFolder { folder in
            let database = try await open(.sqlite, folder: folder)
            var status = stat()
            #expect(stat(folder + "/test.db", &status) == 0 && status.st_mode & 0o777 == 0o600)
            let settings = try await database.query(
                "SELECT journal_mode, synchronous, foreign_keys FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys",
                columns: [DatabaseType.text, DatabaseType.integer, DatabaseType.integer], scope: .unchecked("test"))
            #expect(settings.text(0, 0) == "wal" && settings.integer(0, 1) == 2 && settings.integer(0, 2) == 1)
            await database.shutdown()
        }
    }

    @Test func `a writer of another process is waited for, and named when it takes too long`() async throws {
        try await withFolder { folder in
            let first = try await open(.sqlite, folder: folder)
            let second = try await open(.sqlite, folder: folder, TestLimits(waitingLimit: .milliseconds(300)))
            try await migrate(first, .host, folder + "/m", ["0001_n.sql": "CREATE TABLE notes (n integer)"])
            let insert = "INSERT INTO notes (n) VALUES (1)"
            try await first.transaction(TransactionOptions(scope: .host)) { transaction in
                _ = try await transaction.query(insert)
                await expectFailure(.unavailable) { _ = try await second.query(insert, scope: .host) }
            }
            _ = try await second.query(insert, scope: .host)
            let rows = try await first.query("SELECT count(*) FROM notes", columns: [DatabaseType.integer], scope: .host)
            #expect(rows.integer(0, 0) == 2)
            await first.shutdown()
            await second.shutdown()
        }
    }

    @Test func `more distinct statements than the cache holds all work`() async throws {
        try await withDatabase(.sqlite) { database in
            for round in 0..<2 {
                for index in 0..<60 {
                    let rows = try await database.query(
                        "SELECT \(index) + \(round)", columns: [DatabaseType.integer], scope: things)
                    #expect(rows.integer(0, 0) == Int64(index + round))
                }
            }
        }
    }
}
