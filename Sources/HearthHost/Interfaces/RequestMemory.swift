import CHearth
import HTTPTypes
import NIOCore

/// The texts and arrays that a `hearth_request` points to, in one allocation that lives as long as the request.
///
/// `@unchecked Sendable`: written in `init` only.
final class RequestMemory: @unchecked Sendable {
    private let text: UnsafeMutablePointer<CChar>
    private var end: UnsafeMutablePointer<CChar>
    private let request: UnsafeMutablePointer<hearth_request>
    private let pathValues: UnsafeMutableBufferPointer<hearth_string>
    private let query: UnsafeMutableBufferPointer<hearth_pair>
    private let parts: UnsafeMutableBufferPointer<hearth_part>
    /// Keeps the bytes that the request points to; never changed, so that their address stays.
    private let body: RoutedBody

    init(_ routed: RoutedRequest) {
        body = routed.body
        let fields: [RoutedPart] = if case .form(let parts) = routed.body { parts } else { [] }
        var size = routed.method.rawValue.utf8.count + routed.path.utf8.count + routed.queryText.utf8.count + 1
        for value in routed.pathValues { size += value.utf8.count }
        for pair in routed.query { size += pair.name.utf8.count + pair.value.utf8.count }
        for part in fields {
            size += part.name.utf8.count + (part.fileName?.utf8.count ?? 0) + (part.contentType?.utf8.count ?? 0)
        }
        text = .allocate(capacity: size)
        end = text
        request = .allocate(capacity: 1)
        request.initialize(to: hearth_request())
        pathValues = .allocate(capacity: routed.pathValues.count)
        query = .allocate(capacity: routed.query.count)
        parts = .allocate(capacity: fields.count)

        request.pointee.size = UInt32(MemoryLayout<hearth_request>.size)
        request.pointee.method = store(routed.method.rawValue)
        request.pointee.path = store(routed.path)
        request.pointee.query_text = store(routed.queryText)
        for (index, value) in routed.pathValues.enumerated() { pathValues.initializeElement(at: index, to: store(value)) }
        for (index, pair) in routed.query.enumerated() {
            query.initializeElement(at: index, to: hearth_pair(name: store(pair.name), value: store(pair.value)))
        }
        for (index, part) in fields.enumerated() {
            parts.initializeElement(
                at: index,
                to: hearth_part(
                    name: store(part.name), file_name: store(part.fileName ?? ""), content_type: store(part.contentType ?? ""),
                    content: Self.address(of: part.content)))
        }
        request.pointee.path_values = UnsafePointer(pathValues.baseAddress)
        request.pointee.path_value_count = UInt64(pathValues.count)
        request.pointee.query = UnsafePointer(query.baseAddress)
        request.pointee.query_count = UInt64(query.count)
        request.pointee.parts = UnsafePointer(parts.baseAddress)
        request.pointee.part_count = UInt64(parts.count)
        switch routed.body {
        case .none: request.pointee.body_kind = 1
        case .json(let bytes):
            request.pointee.body_kind = 2
            request.pointee.body = Self.address(of: bytes)
        case .form: request.pointee.body_kind = 3
        case .bytes(let bytes): request.pointee.body = Self.address(of: bytes)
        case .stream: request.pointee.body_kind = 4
        }
    }

    deinit {
        text.deallocate()
        request.deallocate()
        pathValues.deallocate()
        query.deallocate()
        parts.deallocate()
    }

    /// Lends the request to a handler. What it points to stays valid after the call, as long as this object.
    func lend(
        context: hearth_context, actor: UnsafePointer<hearth_actor>?, requestID: hearth_string,
        _ body: (UnsafePointer<hearth_request>) -> hearth_outcome
    ) -> hearth_outcome {
        request.pointee.context = context
        request.pointee.actor = actor
        request.pointee.request_id = requestID
        return body(UnsafePointer(request))
    }

    private func store(_ value: String) -> hearth_string {
        let start = end
        var value = value
        value.withUTF8 { utf8 in
            guard let source = utf8.baseAddress else { return }
            UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: utf8.count)
            end = start + utf8.count
        }
        return hearth_string(data: start, length: UInt64(end - start))
    }

    /// Where the bytes of a buffer lie. A buffer's storage stays where it is while somebody holds the buffer and nobody
    /// writes to it, and this object holds it.
    private static func address(of buffer: ByteBuffer) -> hearth_bytes {
        buffer.withUnsafeReadableBytes { bytes in
            hearth_bytes(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count))
        }
    }
}
