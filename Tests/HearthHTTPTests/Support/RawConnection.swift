import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A client that sends exactly the bytes it is told to.
final class RawConnection: Sendable {
    /// What came back for one request.
    struct Response: Sendable, Equatable {
        var status: Int
        var head: String
        var body: String

        /// The value of a header field; nil when it is missing.
        func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.first?.lowercased() == name.lowercased() {
                    return parts.count > 1 ? String(parts[1].drop(while: { $0 == " " })) : ""
                }
            }
            return nil
        }
    }

    struct Failure: Error {
        var what: String
    }

    /// Blocking calls must not take the threads that the tests themselves run on.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 16)
        pool.start()
        return pool
    }()

    private let descriptor: CInt
    private let pending = Mutex<[UInt8]>([])

    init(port: Int, receiveBuffer: Int? = nil) async throws {
        descriptor = try await Self.threads.runIfActive {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            if var size = receiveBuffer.map(CInt.init) {
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
            }
            // Long enough for a busy machine: a test that reaches it has failed.
            var limit = timeval(tv_sec: 60, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw Failure(what: "connect: \(errno)") }
            return descriptor
        }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends bytes; nothing happens when the server has hung up.
    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await Self.threads.runIfActive { [descriptor] in
            var offset = 0
            while offset < bytes.count {
                let count = bytes[offset...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                offset += count
            }
        }
    }

    /// Sends no more.
    func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Breaks the connection without a good-bye.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// One answer.
    ///
    /// - Parameter hasBody: false for the answer to `HEAD`
    func response(hasBody: Bool = true) async throws -> Response {
        try await Self.threads.runIfActive { [self] in
            while true {
                if let response = pending.withLock({ Self.take(&$0, hasBody: hasBody) }) { return response }
                guard try receive() else { throw Failure(what: "closed before an answer was complete") }
            }
        }
    }

    /// Exactly so many bytes.
    func bytes(_ count: Int) async throws -> [UInt8] {
        try await Self.threads.runIfActive { [self] in
            while pending.withLock({ $0.count < count }) {
                guard try receive() else { throw Failure(what: "closed before \(count) bytes had come") }
            }
            return pending.withLock { bytes in
                defer { bytes.removeFirst(count) }
                return Array(bytes.prefix(count))
            }
        }
    }

    /// Everything until the server hangs up.
    func rest() async throws -> String {
        try await Self.threads.runIfActive { [self] in
            while try receive() {}
            return pending.withLock { bytes in
                defer { bytes = [] }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    /// Whether the server hangs up without another byte.
    func isClosed() async throws -> Bool {
        try await rest().isEmpty
    }

    /// Takes some bytes; returns false at the end.
    private func receive() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count < 0 {
            if errno == EINTR { return true }
            if errno == ECONNRESET { return false }
            throw Failure(what: "recv: \(errno)")
        }
        pending.withLock { $0.append(contentsOf: bytes[0..<count]) }
        return count > 0
    }

    private static func take(_ bytes: inout [UInt8], hasBody: Bool) -> Response? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let headLength = head.utf8.count + 4
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        var response = Response(status: status, head: head, body: "")
        var used = headLength
        if hasBody, status >= 200, status != 204, status != 304 {
            if let length = response.field("content-length").flatMap({ Int($0) }) {
                guard bytes.count >= headLength + length else { return nil }
                response.body = String(decoding: bytes[headLength..<headLength + length], as: UTF8.self)
                used += length
            } else if response.field("transfer-encoding") == "chunked" {
                guard let last = text.range(of: "0\r\n\r\n", range: end.upperBound..<text.endIndex) else { return nil }
                response.body = String(text[end.upperBound..<last.upperBound])
                used = text[..<last.upperBound].utf8.count
            }
        }
        bytes.removeFirst(used)
        return response
    }
}

extension String {
    /// The first place of a text; Foundation is not needed for it.
    func range(of text: String, range: Range<Index>? = nil) -> Range<Index>? {
        let range = range ?? startIndex..<endIndex
        let (bytes, wanted) = (utf8, Array(text.utf8))
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index..<range.upperBound].starts(with: wanted) {
                return index..<bytes.index(index, offsetBy: wanted.count)
            }
            index = bytes.index(after: index)
        }
        return nil
    }
}
