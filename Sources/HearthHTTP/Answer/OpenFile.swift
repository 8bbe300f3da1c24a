import Glibc
import NIOCore
import NIOPosix

/// A file that is being sent. Its calls block: they run on the thread pool for them.
final class OpenFile: Sendable {
    private let descriptor: CInt
    /// Bytes.
    let size: Int
    /// Seconds since 1970.
    let modified: Int
    let entityTag: String

    /// Opens a file; nil when there is none, or it is no regular file.
    init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        size = Int(info.st_size)
        modified = info.st_mtim.tv_sec
        entityTag = EntityTag.of(
            size: size, modified: info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec, number: UInt64(info.st_ino))
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Reads a piece; shorter at the end of the file, nil when it cannot be read.
    func read(at offset: Int, count: Int) -> ByteBuffer? {
        var piece = ByteBuffer()
        var failed = false
        piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            let got = pread(descriptor, space.baseAddress, count, offset)
            failed = got < 0
            return max(0, got)
        }
        return failed ? nil : piece
    }
}

/// Why the sending of a file broke off.
struct FileCutShort: Error {}
