import Glibc
import HTTPTypes
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
        var second = 0
        var stamp = ""
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

    /// Adds a line.
    func write(_ entry: Entry) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let (user, route) = (entry.request.notes.user, entry.request.notes.route)
        state.withLock { state in
            guard state.lines.readableBytes < Self.most else {
                state.dropped += 1
                return
            }
            if state.second != now.tv_sec {
                state.second = now.tv_sec
                state.stamp = Self.stamp(now.tv_sec)
            }
            state.lines.writeStaticString("{\"ts\":\"")
            state.lines.writeString(state.stamp)
            let milliseconds = now.tv_nsec / 1_000_000
            state.lines.writeStaticString(milliseconds < 10 ? ".00" : milliseconds < 100 ? ".0" : ".")
            state.lines.writeString(String(milliseconds))
            state.lines.writeStaticString("Z\",\"kind\":\"access\",\"method\":")
            state.lines.writeJSONString(entry.request.method.rawValue)
            state.lines.writeStaticString(",\"path\":")
            state.lines.writeJSONString(entry.request.path)
            state.lines.writeStaticString(",\"status\":")
            state.lines.writeString(String(entry.status))
            state.lines.writeStaticString(",\"bytes\":")
            state.lines.writeString(String(entry.bytes))
            state.lines.writeStaticString(",\"duration_ms\":")
            Self.writeMilliseconds(entry.duration, to: &state.lines)
            state.lines.writeStaticString(",\"request_id\":")
            state.lines.writeJSONString(entry.request.id)
            if let remote = entry.request.remoteAddress {
                state.lines.writeStaticString(",\"remote\":")
                state.lines.writeJSONString(remote)
            }
            if let user {
                state.lines.writeStaticString(",\"user\":")
                state.lines.writeJSONString(user)
            }
            if let route {
                state.lines.writeStaticString(",\"route\":")
                state.lines.writeJSONString(route)
            }
            state.lines.writeStaticString("}\n")
        }
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

    private static func stamp(_ seconds: Int) -> String {
        let time = CivilTime(seconds: seconds)
        let date = "\(time.year)-\(HTTPDate.two(time.month))-\(HTTPDate.two(time.day))"
        return "\(date)T\(HTTPDate.two(time.hour)):\(HTTPDate.two(time.minute)):\(HTTPDate.two(time.second))"
    }

    /// Three decimals, without the cost of formatting a floating-point number.
    private static func writeMilliseconds(_ duration: TimeAmount, to lines: inout ByteBuffer) {
        let microseconds = max(0, duration.nanoseconds / 1000)
        lines.writeString(String(microseconds / 1000))
        let rest = microseconds % 1000
        lines.writeStaticString(rest < 10 ? ".00" : rest < 100 ? ".0" : ".")
        lines.writeString(String(rest))
    }
}
