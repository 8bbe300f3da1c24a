import Foundation
import HearthDatabase
import Logging
import NIOCore
import Synchronization
import TestServers
import Testing

@testable import HearthConfiguration
@testable import HearthFiles

/// A store with a fresh database and folder, by a clock that stands still until it is moved.
struct TestFiles {
    /// 2026-01-01 00:00 UTC.
    static let start: Int64 = 1_767_225_600_000_000

    let store: FileStore
    let database: any Database
    /// Where the blobs are.
    let folder: String
    private let time: TestTime

    private final class TestTime: Sendable {
        let now = Atomic<Int64>(TestFiles.start)
    }

    /// Makes one on an engine for the time of a call.
    static func with(
        _ engine: TestEngine, storage: (String) -> any BlobStorage = { LocalBlobStorage(folder: $0) },
        _ body: (TestFiles) async throws -> Void
    ) async throws {
        let migrations = ["CREATE TABLE users (id uuid PRIMARY KEY);", FileSchema.sql]
        try await FreshDatabase.with(engine, migrations: migrations) { database, folder in
            let time = TestTime()
            let now: @Sendable () -> Int64 = { time.now.load(ordering: .acquiring) }
            let store = FileStore(
                database: database, storage: storage(folder + "/files"), ids: UUIDGenerator(now: now), now: now,
                logger: Logger(label: "test"))
            try await body(TestFiles(store: store, database: database, folder: folder + "/files", time: time))
        }
    }

    func advance(_ duration: Duration) {
        time.now.add(duration.microseconds, ordering: .acquiringAndReleasing)
    }

    /// A key of the plugin `test`.
    func key(_ text: String) throws -> FileKey { try #require(FileKey(plugin: "test", text)) }

    /// Puts a file of the plugin `test`.
    @discardableResult
    func put(
        _ text: String, _ bytes: [UInt8], type: String = "text/plain", user: DatabaseUUID? = nil,
        within grant: FileGrant = .standard
    ) async throws -> StoredFile {
        let upload = try await store.put(NewFile(key: try key(text), contentType: type, user: user), within: grant)
        do {
            try await upload.write(ByteBuffer(bytes: bytes))
            return try await upload.finish()
        } catch {
            await upload.abandon()
            throw error
        }
    }

    /// The bytes of a file; nil when there is none.
    func bytes(_ text: String) async throws -> [UInt8]? {
        guard let file = try await store.find(try key(text)) else { return nil }
        let reader = try await store.open(file)
        return Array(buffer: try await reader.read(at: 0, count: file.size))
    }

    /// How many bytes the plugin `test` uses, as it is counted.
    func used() async throws -> Int {
        let rows = try await database.query(
            "SELECT used FROM hearth_file_usage WHERE plugin = 'test'", columns: [DatabaseType.integer], scope: .host)
        return rows.rowCount > 0 ? Int(rows.integer(0, 0) ?? 0) : 0
    }

    /// The names of all files in the storage.
    func stored() -> [String] {
        (FileManager.default.subpaths(atPath: folder) ?? []).filter {
            var isFolder = false
            return FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder) && !isFolder
        }
    }

    /// Adds a user.
    func user() async throws -> DatabaseUUID {
        let id = UUIDGenerator { TestFiles.start }.next()
        _ = try await database.query("INSERT INTO users (id) VALUES ($1)", [.uuid(id)], scope: .host)
        return id
    }
}

/// What a call failed with; nil when it did not.
func failure(_ body: () async throws -> Void) async -> FileError? {
    do {
        try await body()
        return nil
    } catch { return error as? FileError }
}
