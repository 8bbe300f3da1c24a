import CHearth
import HearthJSON

/// Writes a JSON answer straight into the memory that the host will send.
enum ResponseBuffer {
    /// Answers with what a closure writes.
    static func respond(
        _ request: RawRequest, status: Int, headers: [(name: String, value: String)],
        _ write: (inout JSONWriter) -> Void
    ) throws {
        let runtime = request.runtime
        let http = try runtime.http
        let context = request.pointer.pointee.context
        var refused: hearth_status = HearthStatus.ok.rawValue
        // When the host refuses more memory, what is written goes to memory of our own and is thrown away.
        var spare: UnsafeMutableRawBufferPointer?
        defer { spare?.deallocate() }
        var json = JSONWriter(growing: { used, needed in
            var buffer: UnsafeMutablePointer<UInt8>?
            if refused == HearthStatus.ok.rawValue {
                let capacity = max(needed, used * 2)
                refused = http.pointee.reserve(runtime.host, context, UInt64(capacity), &buffer)
                if refused == HearthStatus.ok.rawValue, let buffer {
                    return UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
                }
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(needed, used * 2), alignment: 1)
            spare?.deallocate()
            spare = larger
            return larger
        })
        write(&json)
        try HostError.check(refused, "reserve")
        let status = json.withBytes { bytes in
            HeaderFields.with(headers) { fields in
                var response = hearth_response(
                    size: UInt32(MemoryLayout<hearth_response>.size), status: UInt32(status), content_type: hearth_string(),
                    headers: fields.baseAddress, header_count: UInt64(fields.count),
                    body: hearth_bytes(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count)))
                return http.pointee.respond(runtime.host, context, &response)
            }
        }
        try HostError.check(status, "respond")
    }
}

/// Header fields in the form of the C interface.
enum HeaderFields {
    static func with<R>(
        _ headers: [(name: String, value: String)], _ body: (UnsafeBufferPointer<hearth_pair>) throws -> R
    ) rethrows -> R {
        guard !headers.isEmpty else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        var text = ForeignText()
        let places = headers.map { (text.append($0.name), text.append($0.value)) }
        return try text.withBase { base in
            let pairs = places.map {
                hearth_pair(name: ForeignText.string(at: $0.0, base), value: ForeignText.string(at: $0.1, base))
            }
            return try pairs.withUnsafeBufferPointer(body)
        }
    }
}
