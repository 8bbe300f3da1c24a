import Glibc
import NIOCore
import NIOPosix

/// Blobs as files of a folder, which several hosts may share: `<folder>/<plugin>/<two digits>/<number>`.
///
/// What is being written has the ending `.part`; when it is on the disk it gets its name. All calls of the system run on a
/// few threads of its own.
public final class LocalBlobStorage: BlobStorage {
    private let folder: String
    private let pool = NIOThreadPool(numberOfThreads: 4)

    /// - Parameter folder: made with the first blob
    public init(folder: String) {
        self.folder = folder
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    public func create(_ blob: BlobID) async throws(BlobStorageError) -> any BlobWriter {
        let (place, pool) = (place(of: blob), pool)
        return try await pool.blocking { () throws(BlobStorageError) in
            try Folder.make(place.folder)
            let descriptor = Glibc.open(place.part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .system("a file cannot be made in \(place.folder)") }
            return LocalBlobWriter(place, OpenDescriptor(descriptor), pool)
        }
    }

    public func open(_ blob: BlobID) async throws(BlobStorageError) -> any BlobReader {
        let (place, pool) = (place(of: blob), pool)
        return try await pool.blocking { () throws(BlobStorageError) in
            let descriptor = Glibc.open(place.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw .system("\(place.path) cannot be opened") }
            return LocalBlobReader(OpenDescriptor(descriptor), pool)
        }
    }

    public func remove(_ blob: BlobID) async throws(BlobStorageError) {
        let place = place(of: blob)
        try await pool.blocking { () throws(BlobStorageError) in
            for path in [place.part, place.path] where unlink(path) != 0 && errno != ENOENT {
                throw .system("\(path) cannot be removed")
            }
        }
    }

    private func place(of blob: BlobID) -> BlobPlace {
        let name = "\(blob.number)"
        // The last digits are random, the first ones the time.
        return BlobPlace(folder: "\(folder)/\(blob.plugin)/\(name.suffix(2))", name: name)
    }
}

/// Where a blob is in the folder.
private struct BlobPlace: Sendable {
    let folder: String
    let name: String
    var path: String { folder + "/" + name }
    var part: String { path + ".part" }
}

/// A file that is open until nobody uses it any more.
private final class OpenDescriptor: Sendable {
    let number: CInt

    init(_ number: CInt) { self.number = number }
    deinit { close(number) }
}

private struct LocalBlobWriter: BlobWriter {
    private let place: BlobPlace
    private let file: OpenDescriptor
    private let pool: NIOThreadPool

    init(_ place: BlobPlace, _ file: OpenDescriptor, _ pool: NIOThreadPool) {
        self.place = place
        self.file = file
        self.pool = pool
    }

    func write(_ bytes: ByteBuffer) async throws(BlobStorageError) {
        try await pool.blocking { () throws(BlobStorageError) in
            var bytes = bytes
            while bytes.readableBytes > 0 {
                let count = bytes.withUnsafeReadableBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
                guard count >= 0 || errno == EINTR else { throw .system("\(place.part) cannot be written") }
                bytes.moveReaderIndex(forwardBy: max(0, count))
            }
        }
    }

    func finish() async throws(BlobStorageError) {
        try await pool.blocking { () throws(BlobStorageError) in
            guard fsync(file.number) == 0, rename(place.part, place.path) == 0 else {
                throw .system("\(place.part) cannot be finished")
            }
            try Folder.sync(place.folder)
        }
    }
}

private struct LocalBlobReader: BlobReader {
    private let file: OpenDescriptor
    private let pool: NIOThreadPool

    init(_ file: OpenDescriptor, _ pool: NIOThreadPool) {
        self.file = file
        self.pool = pool
    }

    func read(at offset: Int, count: Int) async throws(BlobStorageError) -> ByteBuffer {
        try await pool.blocking { () throws(BlobStorageError) in
            var bytes = ByteBuffer()
            while bytes.readableBytes < count {
                let (start, rest) = (offset + bytes.readableBytes, count - bytes.readableBytes)
                var got = 0
                bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: rest) { space in
                    got = pread(file.number, space.baseAddress, rest, start)
                    return max(0, got)
                }
                if got == 0 { break }
                guard got > 0 || errno == EINTR else { throw .system("a blob cannot be read") }
            }
            return bytes
        }
    }
}

/// Folders that last: what is made in them is there after a crash.
private enum Folder {
    /// Makes a folder and those above it.
    static func make(_ path: String) throws(BlobStorageError) {
        if mkdir(path, 0o700) == 0 { return try sync(parent(of: path)) }
        switch errno {
        case EEXIST: return
        case ENOENT:
            try make(parent(of: path))
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("the folder \(path) cannot be made") }
            try sync(parent(of: path))
        default: throw .system("the folder \(path) cannot be made")
        }
    }

    /// Brings the names in a folder to the disk.
    static func sync(_ path: String) throws(BlobStorageError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("the folder \(path) cannot be opened") }
        let folder = OpenDescriptor(descriptor)
        guard fsync(folder.number) == 0 else { throw .system("the folder \(path) cannot be brought to the disk") }
    }

    private static func parent(of path: String) -> String {
        let parent = path.split(separator: "/", omittingEmptySubsequences: true).dropLast().joined(separator: "/")
        return path.hasPrefix("/") ? "/" + parent : parent.isEmpty ? "." : parent
    }
}

extension BlobStorageError {
    /// What failed, with the system's reason. To be made before anything else asks the system.
    fileprivate static func system(_ what: String) -> BlobStorageError {
        BlobStorageError("\(what): \(String(cString: strerror(errno)))")
    }
}

extension NIOThreadPool {
    /// Runs what blocks, to its end whatever happens to the task.
    fileprivate func blocking<R: Sendable>(
        _ body: @escaping @Sendable () throws(BlobStorageError) -> R
    ) async throws(BlobStorageError) -> R {
        try await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<R, BlobStorageError>, Never>) in
            submit { state in
                guard state == .active else {
                    return continuation.resume(returning: .failure(BlobStorageError("the host stops")))
                }
                continuation.resume(returning: Result { () throws(BlobStorageError) in try body() })
            }
        }.get()
    }
}
