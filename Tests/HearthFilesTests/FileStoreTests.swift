import HearthConfiguration
import HearthDatabase
import NIOCore
import TestServers
import Testing

@testable import HearthFiles

/// What is kept under keys, the same on every engine.
struct FileStoreTests {
    @Test(arguments: TestEngine.allCases)
    func `what is put is found, in pieces or whole, until it is removed`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let upload = try await files.store.put(
                NewFile(key: try files.key("a/b"), contentType: "image/png"), within: .standard)
            for piece in ["one ", "two ", "three"] { try await upload.write(ByteBuffer(string: piece)) }
            #expect(try await files.bytes("a/b") == nil)
            let stored = try await upload.finish()
            let found = try #require(try await files.store.find(try files.key("a/b")))
            #expect(found.size == 13)
            #expect(found.contentType == "image/png")
            #expect(found.modified == TestFiles.start)
            #expect(found.etag == stored.etag)
            // By sha256sum.
            #expect(found.etag == "\"6899ee404683a14e8c2a03149860df25\"")
            let reader = try await files.store.open(found)
            #expect(String(buffer: try await reader.read(at: 4, count: 3)) == "two")
            #expect(String(buffer: try await reader.read(at: 8, count: 100)) == "three")
            #expect(try await files.used() == 13)
            try await files.store.remove(try files.key("a/b"))
            #expect(try await files.bytes("a/b") == nil)
            #expect(try await files.used() == 0)
            try await files.store.remove(try files.key("a/b"))
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `who reads a file is not disturbed when it is replaced or removed`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let old = [UInt8](repeating: 1, count: 200_000)
            try await files.put("key", old)
            let found = try #require(try await files.store.find(try files.key("key")))
            let reader = try await files.store.open(found)
            let first = try await reader.read(at: 0, count: 1000)
            try await files.put("key", [2, 2])
            #expect(try await files.bytes("key") == [2, 2])
            // Another host may open it only now.
            let other = try await files.store.open(found)
            try await files.store.cleanUp()
            let rest = try await reader.read(at: 1000, count: old.count)
            #expect(Array(buffer: first) + Array(buffer: rest) == old)
            #expect(Array(buffer: try await other.read(at: 0, count: old.count)) == old)
            #expect(files.stored().count == 2)
            files.advance(FileLedger.grace + .seconds(61))
            try await files.store.cleanUp()
            #expect(files.stored().count == 1)
            #expect(try await files.bytes("key") == [2, 2])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a list has the keys with a prefix in the order of their bytes, page by page`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            for key in ["b", "a/2", "a/10", "a/1", "A/1", "a/é", "a", "aa"] { try await files.put(key, [1]) }
            func keys(_ prefix: String, after: String = "", limit: Int = 100) async throws -> [String] {
                try await files.store.list("test", prefix: prefix, after: after, limit: limit).map(\.key.text)
            }
            #expect(try await keys("") == ["A/1", "a", "a/1", "a/10", "a/2", "a/é", "aa", "b"])
            #expect(try await keys("a/") == ["a/1", "a/10", "a/2", "a/é"])
            #expect(try await keys("a/", limit: 2) == ["a/1", "a/10"])
            #expect(try await keys("a/", after: "a/10", limit: 2) == ["a/2", "a/é"])
            #expect(try await keys("c") == [])
            #expect(try await files.store.list("other").isEmpty)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `plugins do not see the files of each other`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            try await files.put("key", [1])
            let other = try #require(FileKey(plugin: "other", "key"))
            #expect(try await files.store.find(other) == nil)
            try await files.store.remove(other)
            #expect(try await files.bytes("key") == [1])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a removal is part of the transaction`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            try await files.put("key", [1, 2, 3])
            let key = try files.key("key")
            struct Undone: Error {}
            await #expect(throws: Undone.self) {
                try await files.database.transaction(TransactionOptions(scope: .plugin("test"))) { transaction in
                    try await files.store.remove(key, in: transaction)
                    #expect(try await files.store.find(key, in: transaction) == nil)
                    throw Undone()
                }
            }
            #expect(try await files.bytes("key") == [1, 2, 3])
            #expect(try await files.used() == 3)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `files of a user go with him`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let user = try await files.user()
            try await files.put("his", [1, 2], user: user)
            try await files.put("other", [3])
            _ = try await files.database.query("DELETE FROM users WHERE id = $1", [.uuid(user)], scope: .host)
            #expect(try await files.bytes("his") == nil)
            #expect(try await files.store.list("test").map(\.key.text) == ["other"])
            try await files.store.cleanUp()
            #expect(try await files.used() == 1)
            files.advance(FileLedger.grace + .seconds(61))
            try await files.store.cleanUp()
            #expect(files.stored().count == 1)
            #expect(try await files.bytes("other") == [3])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a file of nobody there is is not kept`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let error = await failure { try await files.put("his", [1], user: UUIDGenerator { 0 }.next()) }
            guard case .database(let reason)? = error else { throw error ?? FileError.over }
            #expect(reason.kind == .constraint)
            #expect(files.stored().isEmpty)
            #expect(try await files.used() == 0)
        }
    }

    @Test func `keys are names, and no paths`() {
        for text in [
            "", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/../b", "a/..", "a/./b", "a\\b", "a\u{0}b", "a\nb", "a\u{7F}",
            String(repeating: "k", count: 401), "\u{10FFFF}",
        ] {
            #expect(FileKey(plugin: "test", text) == nil, "\(text.debugDescription)")
        }
        for text in ["a", "a b", "a/b/c.png", "...", "..a", "é/ü", "%2e%2e/a", String(repeating: "k", count: 400)] {
            #expect(FileKey(plugin: "test", text)?.text == text)
        }
    }
}
