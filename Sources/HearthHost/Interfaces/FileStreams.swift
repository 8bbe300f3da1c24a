import HearthConfiguration
import HearthDatabase
import HearthFiles
import NIOConcurrencyHelpers
import NIOCore
import Synchronization

/// One piece at a time: whoever takes the turn gives it back.
struct StreamTurn: ~Copyable, Sendable {
    private let isTaken = Atomic(false)

    /// - Returns: false while somebody has it
    func begin() -> Bool { !isTaken.exchange(true, ordering: .acquiring) }

    func end() { isTaken.store(false, ordering: .releasing) }
}

/// A file that a plugin puts piece by piece, as it belongs to a context.
final class FileWriting: Cancellation {
    private struct State {
        var upload: FileUpload?
        var isOver = false
    }

    let turn = StreamTurn()
    private let file: NewFile
    /// Keeps this object until one of them is over.
    private let context: CallContext
    private let state = NIOLockedValueBox(State())

    init(_ file: NewFile, _ context: CallContext) {
        self.file = file
        self.context = context
    }

    /// Takes a piece; the first one begins the upload.
    ///
    /// - Returns: the file once it is there
    func write(_ piece: ByteBuffer, isLast: Bool) async throws(FileError) -> StoredFile? {
        let upload = try await upload()
        if piece.readableBytes > 0 { try await upload.write(piece) }
        return isLast ? try await upload.finish(deadline: context.deadline) : nil
    }

    private func upload() async throws(FileError) -> FileUpload {
        if let upload = state.withLockedValue({ $0.upload }) { return upload }
        let plugin = context.plugin
        let upload = try await plugin.services.files.put(file, within: plugin.plan.entry.files, deadline: context.deadline)
        let isOver = state.withLockedValue { state in
            state.upload = upload
            return state.isOver
        }
        if isOver { await upload.abandon() }
        return upload
    }

    func cancel() {
        let upload = state.withLockedValue { state in
            state.isOver = true
            return state.upload
        }
        // What is complete is not given up any more.
        if let upload { WorkLabel.with(.host) { _ = Task { await upload.abandon() } } }
    }
}

/// A file that a plugin reads piece by piece, as it belongs to a context.
final class FileReading: Cancellation {
    /// Bytes read at a time.
    private static let piece = 128 << 10

    private struct State {
        var reader: (any BlobReader)?
        var position = 0
        var end = 0
        var isOver = false
    }

    let turn = StreamTurn()
    private let state = NIOLockedValueBox(State())

    /// Nobody may read before it is opened.
    init() { _ = turn.begin() }

    /// The file is there.
    ///
    /// - Parameters:
    ///   - offset: where to begin
    ///   - length: how many bytes at most
    func opened(_ reader: any BlobReader, of file: StoredFile, from offset: UInt64, length: UInt64) {
        state.withLockedValue { state in
            state.reader = reader
            state.position = Int(min(offset, UInt64(file.size)))
            state.end = state.position + Int(min(length, UInt64(file.size - state.position)))
        }
        turn.end()
    }

    /// The next piece; empty at the end.
    func next() async throws(FileError) -> ByteBuffer {
        let (reader, position, end) = state.withLockedValue { ($0.isOver ? nil : $0.reader, $0.position, $0.end) }
        guard let reader else { throw .over }
        guard position < end else { return ByteBuffer() }
        let bytes: ByteBuffer
        do throws(BlobStorageError) {
            bytes = try await reader.read(at: position, count: min(Self.piece, end - position))
        } catch {
            throw .storage(error)
        }
        guard bytes.readableBytes > 0 else { throw .storage(BlobStorageError("a blob is shorter than its row says")) }
        state.withLockedValue { $0.position += bytes.readableBytes }
        return bytes
    }

    func cancel() {
        state.withLockedValue { state in
            state.isOver = true
            state.reader = nil
        }
    }
}
