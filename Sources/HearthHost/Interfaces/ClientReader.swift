import CHearth
import HearthClient
import NIOCore

/// Copies a request that a plugin passes.
enum ClientReader {
    /// - Parameter upload: takes the body when it comes piece by piece; nil when it may not
    /// - Returns: the request; nil when a member is wrong
    static func read(_ pointer: UnsafePointer<hearth_client_request>?, upload: ClientUpload? = nil) -> ClientRequest? {
        guard let pointer, pointer.pointee.size >= 40 else { return nil }
        let foreign = StructReader.read(pointer, size: pointer.pointee.size)
        guard let method = foreign.method.text, let url = foreign.url.text, foreign.body.isSound,
            foreign.header_count == 0 || foreign.headers != nil, foreign.header_count <= 100, foreign.flags < 1 << 3
        else { return nil }
        var request = ClientRequest(method, url)
        for index in 0..<Int(foreign.header_count) {
            guard let pair = foreign.headers?[index], let name = pair.name.text, let value = pair.value.text else { return nil }
            request.headers.append((name, value))
        }
        if isStreamed(foreign.flags) {
            guard let upload, foreign.body.length == 0 else { return nil }
            request.body = .stream { try await upload.next() }
        } else {
            request.body = .bytes(ByteBuffer(bytes: foreign.body.buffer))
        }
        if foreign.flags & UInt32(HEARTH_CLIENT_IDEMPOTENT) != 0 { request.isIdempotent = true }
        if foreign.flags & UInt32(HEARTH_CLIENT_NO_REDIRECTS) != 0 { request.followsRedirects = false }
        if foreign.timeout > 0 { request.timeout = .milliseconds(foreign.timeout) }
        if foreign.attempts > 0 { request.attempts = Int(foreign.attempts) }
        if foreign.response_limit > 0 { request.responseLimit = Int(clamping: foreign.response_limit) }
        return request
    }

    /// Whether the body comes piece by piece.
    static func isStreamed(_ flags: UInt32) -> Bool { flags & UInt32(HEARTH_CLIENT_STREAMED_BODY) != 0 }
}

extension ClientResponse {
    /// Lends the response in the form of the C interface.
    func lend(body: ByteBuffer, _ use: (UnsafePointer<hearth_client_response>) -> Void) {
        var text = Array(url.text.utf8)
        let urlEnd = text.count
        let places = headers.map { header in
            let name = text.count
            text += header.name.utf8
            let value = text.count
            text += header.value.utf8
            return (name: name..<value, value: value..<text.count)
        }
        text.withUnsafeBytes { memory in
            func string(_ range: Range<Int>) -> hearth_string {
                hearth_string(
                    data: memory.baseAddress.map { $0.advanced(by: range.lowerBound).assumingMemoryBound(to: CChar.self) },
                    length: UInt64(range.count))
            }
            let pairs = places.map { hearth_pair(name: string($0.name), value: string($0.value)) }
            pairs.withUnsafeBufferPointer { pairs in
                body.withUnsafeReadableBytes { bytes in
                    var foreign = hearth_client_response(
                        size: UInt32(MemoryLayout<hearth_client_response>.size), status: UInt32(status), url: string(0..<urlEnd),
                        headers: pairs.baseAddress, header_count: UInt64(pairs.count),
                        body: hearth_bytes(
                            data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count)))
                    use(&foreign)
                }
            }
        }
    }
}

extension ForeignError {
    init(_ error: ClientError) {
        let status =
            switch error.kind {
            case .invalid: Status.invalid
            case .denied: Status.denied
            case .unavailable: Status.unavailable
            case .timeout: Status.timeout
            case .tooLarge: Status.tooLarge
            case .busy: Status.busy
            case .cancelled: Status.cancelled
            case .failed: Status.failed
            }
        let isRetryable = error.kind == .unavailable || error.kind == .timeout || error.kind == .busy
        self.init(status, code: error.code, error.message, isRetryable: isRetryable)
    }
}
