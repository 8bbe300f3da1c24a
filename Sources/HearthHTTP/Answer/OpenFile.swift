import Glibc
import NIOCore
import NIOPosix

/// A file that is being sent.
final class OpenFile: RangedContent {
    private let descriptor: CInt
    private let threadPool: NIOThreadPool
    /// Bytes.
    let size: Int
    /// Seconds since 1970.
    let modified: Int
    let entityTag: String

    /// Opens a file, which blocks; nil when there is none, or it is no regular file.
    ///
    /// - Parameter threadPool: where it is read
    init?(path: String, _ threadPool: NIOThreadPool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.threadPool = threadPool
        size = Int(info.st_size)
        modified = info.st_mtim.tv_sec
        entityTag = EntityTag.of(
            size: size, modified: info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec, number: UInt64(info.st_ino))
    }

    deinit {
        Glibc.close(descriptor)
    }

    func read(at offset: Int, count: Int) async throws -> ByteBuffer {
        try await threadPool.runIfActive { [self] in
            var piece = ByteBuffer()
            var hasFailed = false
            piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                let got = pread(descriptor, space.baseAddress, count, offset)
                hasFailed = got < 0
                return max(0, got)
            }
            guard !hasFailed else { throw IOError(errnoCode: errno, reason: "pread") }
            return piece
        }
    }
}
