import Glibc
import HTTPTypes
import HearthJSON
import NIOCore
import NIOPosix
import Synchronization

/// Writes one JSON line a request. Serving a request only appends to memory; a thread of its own writes it out.
final class AccessLog: Sendable {
    /// What is said of a request.
    struct Entry {
        var request: ServerRequest
        var status: Int
        /// Bytes of the answer's body.
        var bytes: Int
        var duration: TimeAmount
    }

    private struct State {
        var lines = ByteBuffer()
        var dropped = 0
    }

    /// With more than this many bytes waiting, nobody reads what is written: lines are dropped and counted.
    private static let most = 8 * 1024 * 1024
    private let state = Mutex(State())
    private let descriptor: CInt
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// - Parameter descriptor: where to write; standard output unless a test says otherwise
    init(descriptor: CInt = STDOUT_FILENO) {
        self.descriptor = descriptor
        thread.start()
    }

    /// Adds a line. It is made before the lock is taken: event loops must not wait for each other.
    func write(_ entry: Entry) {
        let line = Self.line(entry)
        line.withBytes { bytes in
            state.withLock { state in
                guard state.lines.readableBytes < Self.most else {
                    state.dropped += 1
                    return
                }
                state.lines.writeBytes(bytes)
                state.lines.writeInteger(UInt8.lineFeed)
            }
        }
    }

    private static func line(_ entry: Entry) -> JSONWriter {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("ts")
        json.timestamp(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
        json.key("kind")
        json.value("access")
        json.key("method")
        json.value(entry.request.method.rawValue)
        json.key("path")
        json.value(entry.request.path)
        json.key("status")
        json.value(entry.status)
        json.key("bytes")
        json.value(entry.bytes)
        json.key("duration_ms")
        json.value(Double(max(0, entry.duration.nanoseconds) / 1000) / 1000)
        json.key("request_id")
        json.value(entry.request.id)
        if let remote = entry.request.remoteAddress {
            json.key("remote")
            json.value(remote)
        }
        if let user = entry.request.notes.user {
            json.key("user")
            json.value(user)
        }
        if let route = entry.request.notes.route {
            json.key("route")
            json.value(route)
        }
        json.endObject()
        return json
    }

    /// Hands what waits to the writing thread.
    func flush() {
        thread.submit { [self] _ in writeOut() }
    }

    /// Writes the rest out.
    func close() async {
        try? await thread.runIfActive { self.writeOut() }
        try? await thread.shutdownGracefully()
    }

    private func writeOut() {
        let (lines, dropped) = state.withLock { state in
            defer {
                state.lines = ByteBuffer()
                state.dropped = 0
            }
            return (state.lines, state.dropped)
        }
        var text = lines
        if dropped > 0 { text.writeString("{\"kind\":\"access\",\"dropped\":\(dropped)}\n") }
        text.withUnsafeReadableBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                offset += count
            }
        }
    }
}
