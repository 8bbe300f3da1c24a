import CHearth
import HearthJSON
import Synchronization

/// How much memory the answers of a route need: asked for at once, it need not grow and be copied.
final class AnswerSize: Sendable {
    private let largest = Atomic<Int>(512)

    /// Bytes to begin with.
    var expected: Int { largest.load(ordering: .relaxed) }

    /// Learns from an answer. One huge answer must not make all later ones ask for as much.
    func note(_ bytes: Int) {
        let expected = expected
        let wanted = min(bytes + bytes / 8, 64 << 10)
        if wanted > expected {
            largest.store(wanted, ordering: .relaxed)
        } else if wanted < expected / 4 {
            largest.store(max(512, expected / 2), ordering: .relaxed)
        }
    }
}

/// Writes a JSON answer straight into the memory that the host will send.
enum ResponseBuffer {
    /// Answers with what a closure writes.
    ///
    /// - Parameters:
    ///   - size: what the answers of the route need; nil where none was learned
    /// - Throws: ``HostError`` when the host refused and the request can still be answered.
    static func respond(
        _ context: Context, status: Int, headers: [(name: String, value: String)], size: AnswerSize? = nil,
        _ write: (inout JSONWriter) -> Void
    ) throws {
        let runtime = context.runtime
        let http = try runtime.http
        var refused = HearthStatus.ok.rawValue
        // When the host refuses more memory, what is written goes to memory of our own and is thrown away.
        var spare: UnsafeMutableRawBufferPointer?
        defer { spare?.deallocate() }
        var json = JSONWriter(
            capacity: size?.expected ?? 512,
            growing: { _, needed in
                var buffer: UnsafeMutablePointer<UInt8>?
                if refused == HearthStatus.ok.rawValue {
                    refused = http.pointee.reserve(runtime.host, context.handle, UInt64(needed), &buffer)
                    if refused == HearthStatus.ok.rawValue, let buffer {
                        return UnsafeMutableRawBufferPointer(start: buffer, count: needed)
                    }
                }
                spare?.deallocate()
                let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: needed, alignment: 1)
                spare = larger
                return larger
            })
        write(&json)
        try HostError.checkAnswer(refused, "reserve")
        guard spare == nil else { return }
        let answered = json.withBytes { bytes in
            size?.note(bytes.count)
            return Pairs.lend(headers) { fields in
                var response = hearth_response(
                    size: UInt32(MemoryLayout<hearth_response>.size), status: UInt32(clamping: status),
                    content_type: hearth_string(), headers: fields.baseAddress, header_count: UInt64(fields.count),
                    body: hearth_bytes(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count)))
                return http.pointee.respond(runtime.host, context.handle, &response)
            }
        }
        try HostError.checkAnswer(answered, "respond")
    }
}

extension HostError {
    /// Throws when an answer was refused that can still be given in another form. After any other refusal the request is
    /// over: the deadline has passed or the client has gone, and nobody is left to be told.
    static func checkAnswer(_ status: hearth_status, _ call: @autoclosure () -> String) throws(HostError) {
        switch HearthStatus(status) {
        case .stale, .timeout, .cancelled: return
        default: try check(status, call())
        }
    }
}
