import CHearth
import HTTPTypes
import HearthHTTP
import NIOConcurrencyHelpers
import NIOCore

/// Reads the answer that a plugin gives, with the suspicion that foreign memory deserves.
enum ResponseReader {
    /// - Returns: the answer; nil when a member is wrong
    static func read(_ pointer: UnsafePointer<hearth_response>?, _ exchange: RequestExchange) -> ServerResponse? {
        guard let pointer, pointer.pointee.size >= 8 else { return nil }
        let response = StructReader.read(pointer, size: pointer.pointee.size)
        guard (200...599).contains(response.status), response.body.isSound else { return nil }
        var answer = ServerResponse(status: HTTPResponse.Status(code: Int(response.status)))
        if response.header_count > 0 {
            guard let headers = response.headers, response.header_count <= 100 else { return nil }
            for index in 0..<Int(response.header_count) {
                guard let field = field(headers[index]) else { return nil }
                answer.headers.append(field)
            }
        }
        if response.content_type.length > 0 {
            guard let type = response.content_type.text, HTTPField.isValidValue(type) else { return nil }
            answer.headers[.contentType] = type
        } else if response.body.length > 0, answer.headers[.contentType] == nil {
            answer.headers[.contentType] = "application/json"
        }
        // Last: the plugin keeps its reserved memory until the answer is accepted.
        if response.body.length > 0 {
            let reserved = exchange.state.withLockedValue { ReservedBody.take(response.body, from: &$0.reserved) }
            answer.body = .bytes(reserved ?? ByteBuffer(bytes: response.body.buffer))
        }
        return answer
    }

    /// Fields that the host writes itself.
    private static let reserved: Set<String> = ["content-length", "connection", "date", "transfer-encoding", "x-request-id"]

    private static func field(_ pair: hearth_pair) -> HTTPField? {
        guard let name = pair.name.text, let value = pair.value.text, let fieldName = HTTPField.Name(name),
            HTTPField.isValidValue(value), !reserved.contains(fieldName.canonicalName)
        else { return nil }
        return HTTPField(name: fieldName, value: value)
    }
}

/// Reads structs that may come from a plugin that was compiled with an older, smaller declaration.
enum StructReader {
    /// A copy in which everything beyond `size` is zero.
    static func read<T: BitwiseCopyable>(_ pointer: UnsafePointer<T>, size: UInt32) -> T {
        guard Int(size) < MemoryLayout<T>.size else { return pointer.pointee }
        return withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { copy in
            let bytes = UnsafeMutableRawBufferPointer(copy)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(size)))
            return copy[0]
        }
    }
}
