import Crypto
import HearthConfiguration
import HearthDatabase
public import HearthThreads
public import NIOCore

/// A file on its way into the store: bytes, one call after the other, and then ``finish(deadline:)`` or ``abandon()``.
public actor FileUpload {
    private let file: NewFile
    private let blob: BlobID
    private let grant: FileGrant
    /// Bytes that the quota would take as it was at the beginning, to find out early.
    private let room: Int
    private let store: FileStore
    /// nil when it is over.
    private var writer: (any BlobWriter)?
    private var size = 0
    private var hash = SHA256()

    init(
        _ file: NewFile, _ blob: BlobID, within grant: FileGrant, room: Int, writer: any BlobWriter, store: FileStore
    ) {
        self.file = file
        self.blob = blob
        self.grant = grant
        self.room = room
        self.writer = writer
        self.store = store
    }

    /// Adds bytes.
    public func write(_ bytes: ByteBuffer) async throws(FileError) {
        guard let writer else { throw .over }
        size += bytes.readableBytes
        guard size <= grant.maximumSize else { throw .size(limit: grant.maximumSize) }
        guard size <= room else { throw .quota(limit: grant.quota) }
        bytes.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        try await FileError.wrapping { try await writer.write(bytes) }
    }

    /// Makes it the file under its key, if the quota allows it: then no crash loses it, and whoever asks from now on gets it.
    public func finish(deadline: Deadline? = nil) async throws(FileError) -> StoredFile {
        guard let writer else { throw .over }
        self.writer = nil
        let stored = StoredFile(
            key: file.key, blob: blob, size: size, contentType: file.contentType, digest: Array(hash.finalize()),
            modified: store.ledger.now())
        do {
            try await FileError.wrapping {
                try await writer.finish()
                try await store.ledger.publish(stored, of: file.user, quota: grant.quota, deadline: deadline)
            }
        } catch {
            // Unless it is unknown what became of it: then it is a file, or garbage that is due some day.
            if case .database(let trouble) = error, trouble.isUncertain { throw error }
            await discard()
            throw error
        }
        return stored
    }

    /// Gives it up; harmless when it is over.
    public func abandon() async {
        guard writer != nil else { return }
        writer = nil
        await discard()
    }

    /// Frees the storage at once, also in a task that is cancelled; when that fails, the store does it when the blob is due.
    private func discard() async {
        let (store, blob) = (store, blob)
        await Task {
            guard (try? await store.storage.remove(blob)) != nil else { return }
            try? await store.ledger.forget(blob)
        }.value
    }
}
