import HearthConfiguration
import HearthDatabase
import NIOCore
import TestServers
import Testing

@testable import HearthFiles

/// What the operator allows, and what is left when something breaks.
struct FileLimitTests {
    private static func isQuota(_ error: FileError?) -> Bool { if case .quota? = error { true } else { false } }

    @Test(arguments: TestEngine.allCases)
    func `of many puts at once no more than the quota is ever kept`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            // Room for 10 of 64.
            let grant = FileGrant(maximumSize: 1000, quota: 10_500)
            let kept = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let error = await failure {
                            try await files.put("key/\(number % 40)", [UInt8](repeating: 7, count: 1000), within: grant)
                        }
                        #expect(error == nil || Self.isQuota(error), "\(error.map { "\($0)" } ?? "")")
                        return error == nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let list = try await files.store.list("test")
            #expect(list.count == 10)
            #expect(kept >= 10)
            #expect(try await files.used() == 10_000)
            // The rest of the quota is there to the byte.
            let tooMuch = await failure { try await files.put("rest", [UInt8](repeating: 1, count: 501), within: grant) }
            #expect(Self.isQuota(tooMuch))
            try await files.put("rest", [UInt8](repeating: 1, count: 500), within: grant)
            files.advance(FileLedger.grace + .seconds(61))
            try await files.store.cleanUp()
            #expect(files.stored().count == 11)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `what is replaced makes room`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let grant = FileGrant(maximumSize: 10, quota: 10)
            for _ in 0..<3 { try await files.put("key", [UInt8](repeating: 1, count: 10), within: grant) }
            #expect(Self.isQuota(await failure { try await files.put("other", [1], within: grant) }))
            try await files.put("key", [1], within: grant)
            try await files.put("other", [UInt8](repeating: 1, count: 9), within: grant)
            #expect(try await files.used() == 10)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a file that is too large ends with the byte too many, and leaves nothing`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let grant = FileGrant(maximumSize: 1000, quota: 2000)
            let upload = try await files.store.put(NewFile(key: try files.key("key")), within: grant)
            try await upload.write(ByteBuffer(repeating: 1, count: 1000))
            let error = await failure { try await upload.write(ByteBuffer(bytes: [1])) }
            guard case .size(1000)? = error else { throw error ?? FileError.over }
            #expect(files.stored().count == 1)
            await upload.abandon()
            #expect(files.stored().isEmpty)
            #expect(try await files.bytes("key") == nil)
            let late = await failure { _ = try await upload.finish() }
            guard case .over? = late else { throw late ?? FileError.over }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `types that are not granted are refused`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            let types = ["image/*", "application/pdf"].compactMap(MediaRange.init)
            let grant = FileGrant(types: types)
            for type in ["text/html", "imagex/png", "image", "application/pdfx", ""] {
                let error = await failure { try await files.put("key", [1], type: type, within: grant) }
                guard case .type? = error else { throw error ?? FileError.over }
            }
            for type in ["image/png", "IMAGE/JPEG", "application/pdf; version=2"] {
                try await files.put("key", [1], type: type, within: grant)
            }
        }
    }

    // MARK: When something breaks

    @Test(arguments: TestEngine.allCases)
    func `an upload that nobody ends is gone after a day, and cannot come back`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            try await files.put("key", [1])
            let upload = try await files.store.put(NewFile(key: try files.key("key")), within: .standard)
            try await upload.write(ByteBuffer(bytes: [2, 2]))
            // As after a crash: the row and the half file are all that is left.
            #expect(files.stored().filter { $0.hasSuffix(".part") }.count == 1)
            #expect(try await files.used() == 1)
            files.advance(.seconds(86_300))
            try await files.store.cleanUp()
            #expect(files.stored().count == 2)
            files.advance(.seconds(161))
            try await files.store.cleanUp()
            #expect(files.stored().count == 1)
            #expect(files.stored().filter { $0.hasSuffix(".part") }.isEmpty)
            await #expect(throws: FileError.self) { _ = try await upload.finish() }
            #expect(try await files.bytes("key") == [1])
            #expect(try await files.used() == 1)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a blob whose host died before its row was written is garbage`(engine: TestEngine) async throws {
        try await TestFiles.with(engine) { files in
            try await files.put("key", [1])
            let blob = BlobID(plugin: "test", number: UUIDGenerator { TestFiles.start }.next())
            _ = try await files.store.ledger.announce(blob, for: try files.key("key"), deadline: nil)
            let writer = try await files.store.storage.create(blob)
            try await writer.write(ByteBuffer(bytes: [2]))
            try await writer.finish()
            #expect(try await files.bytes("key") == [1])
            files.advance(FileLedger.uploadLimit + .seconds(61))
            // Too late, in the moment before it is removed.
            let late = StoredFile(
                key: try files.key("key"), blob: blob, size: 1, contentType: "text/plain", digest: [], modified: 0)
            let error = await failure {
                try await files.store.ledger.publish(late, of: nil, quota: 10, deadline: nil)
            }
            guard case .expired? = error else { throw error ?? FileError.over }
            try await files.store.cleanUp()
            #expect(files.stored().count == 1)
            #expect(try await files.bytes("key") == [1])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a storage that fails loses nothing and counts nothing`(engine: TestEngine) async throws {
        try await TestFiles.with(engine, storage: { FailingStorage(inner: LocalBlobStorage(folder: $0)) }) { files in
            for type in ["fails/write", "fails/finish"] {
                let error = await failure {
                    let key = try files.key(type)
                    let upload = try await files.store.put(NewFile(key: key, contentType: type), within: .standard)
                    try await upload.write(ByteBuffer(string: type))
                    _ = try await upload.finish()
                }
                guard case .storage(let reason)? = error else { throw error ?? FileError.over }
                #expect(reason.description == "No space left on device")
                #expect(try await files.bytes(type) == nil)
            }
            #expect(try await files.used() == 0)
        }
    }

    /// A disk that is full.
    private struct FailingStorage: BlobStorage, BlobWriter {
        let inner: LocalBlobStorage
        var writer: (any BlobWriter)?
        static let full = BlobStorageError("No space left on device")

        func create(_ blob: BlobID) async throws(BlobStorageError) -> any BlobWriter {
            FailingStorage(inner: inner, writer: try await inner.create(blob))
        }
        func open(_ blob: BlobID) async throws(BlobStorageError) -> any BlobReader { try await inner.open(blob) }
        func remove(_ blob: BlobID) async throws(BlobStorageError) { try await inner.remove(blob) }
        func write(_ bytes: ByteBuffer) async throws(BlobStorageError) {
            guard String(buffer: bytes) != "fails/write" else { throw Self.full }
            try await writer?.write(bytes)
        }
        func finish() async throws(BlobStorageError) { throw Self.full }
    }
}
