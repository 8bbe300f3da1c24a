public import HearthConfiguration
public import HearthDatabase
public import HearthThreads
import Logging

/// The files of plugins: what is under which key, within the limits of the operator.
public struct FileStore: Sendable {
    let ledger: FileLedger
    let storage: any BlobStorage
    private let ids: UUIDGenerator
    private let logger: Logger

    /// - Parameters:
    ///   - database: where ``FileSchema`` was applied
    ///   - storage: where the bytes are
    ///   - ids: makes the numbers of blobs
    ///   - now: the clock, in microseconds since 1970-01-01 00:00 UTC
    ///   - logger: where trouble with the storage is reported
    public init(
        database: any Database, storage: any BlobStorage, ids: UUIDGenerator, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        ledger = FileLedger(database: database, now: now)
        self.storage = storage
        self.ids = ids
        self.logger = logger
    }

    /// Begins to put a file. Nobody sees it before it is finished, and until then the key has what it had.
    ///
    /// - Parameters:
    ///   - file: what is put
    ///   - grant: the operator's limits
    public func put(
        _ file: NewFile, within grant: FileGrant, deadline: Deadline? = nil
    ) async throws(FileError) -> FileUpload {
        guard grant.allows(type: file.contentType) else { throw .type(file.contentType) }
        let blob = BlobID(plugin: file.key.plugin, number: ids.next())
        return try await FileError.wrapping {
            let used = try await ledger.announce(blob, for: file.key, deadline: deadline)
            let writer = try await storage.create(blob)
            return FileUpload(file, blob, within: grant, room: grant.quota - used, writer: writer, store: self)
        }
    }

    /// The file under a key; nil when there is none.
    ///
    /// - Parameter transaction: what the question is part of; nil for none
    public func find(
        _ key: FileKey, in transaction: (any DatabaseTransaction)? = nil, deadline: Deadline? = nil
    ) async throws(FileError) -> StoredFile? {
        try await FileError.wrapping { try await ledger.find(key, in: transaction, deadline: deadline) }
    }

    /// A page of the files of a plugin, in the order of the bytes of their keys.
    ///
    /// - Parameters:
    ///   - prefix: what the keys begin with
    ///   - after: the last key of the page before; empty for the first page
    public func list(
        _ plugin: String, prefix: String = "", after: String = "", limit: Int = 100,
        in transaction: (any DatabaseTransaction)? = nil, deadline: Deadline? = nil
    ) async throws(FileError) -> [StoredFile] {
        try await FileError.wrapping {
            try await ledger.list(plugin, prefix: prefix, after: after, limit: limit, in: transaction, deadline: deadline)
        }
    }

    /// Removes a file, in a transaction of somebody else or its own. Who reads it may go on. Harmless when there is none.
    public func remove(
        _ key: FileKey, in transaction: (any DatabaseTransaction)? = nil, deadline: Deadline? = nil
    ) async throws(FileError) {
        try await FileError.wrapping { try await ledger.remove(key, in: transaction, deadline: deadline) }
    }

    /// Opens the bytes of a file that was found a moment ago.
    public func open(_ file: StoredFile) async throws(FileError) -> any BlobReader {
        try await FileError.wrapping { try await storage.open(file.blob) }
    }

    /// Removes the files of users who have been erased, and from the storage what nobody can reach any more. Several hosts may
    /// do it at once.
    public func cleanUp() async throws(FileError) {
        let page = 100
        try await FileError.wrapping {
            while true {
                let files = try await ledger.ownerless(limit: page)
                for file in files { try await ledger.remove(file.key, ifItIs: file.blob, in: nil, deadline: nil) }
                if files.count < page { break }
            }
            while true {
                let blobs = try await ledger.garbage(limit: page)
                for blob in blobs {
                    try await storage.remove(blob)
                    try await ledger.forget(blob)
                }
                if blobs.count < page { break }
            }
        }
    }

    /// Cleans up every minute, until the task is cancelled.
    public func run() async {
        var isFailing = false
        while !Task.isCancelled {
            do throws(FileError) {
                try await cleanUp()
                isFailing = false
            } catch {
                if !isFailing, !Task.isCancelled {
                    logger.warning("Files cannot be cleaned up", metadata: ["reason": "\(error)"])
                }
                isFailing = true
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }
}
