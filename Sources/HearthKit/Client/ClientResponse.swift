import CHearth
import HearthJSON

/// A response of another server.
public struct ClientResponse: Sendable {
    /// Any: 404 and 500 are responses, not errors.
    public let status: Int
    /// In the order received.
    public let headers: [(name: String, value: String)]
    /// Where it came from in the end, after redirects.
    public let url: String
    /// The body; empty of a response that is read as a stream.
    public let body: [UInt8]

    init(_ response: UnsafePointer<hearth_client_response>?) {
        guard let response = response?.pointee else {
            (status, headers, url, body) = (0, [], "", [])
            return
        }
        status = Int(response.status)
        url = String(response.url)
        body = Array(response.body.buffer)
        headers = UnsafeBufferPointer(start: response.headers, count: response.headers == nil ? 0 : Int(response.header_count))
            .map { (name: String($0.name), value: String($0.value)) }
    }

    /// Whether the status is 200 to 299.
    public var isSuccess: Bool { (200...299).contains(status) }

    /// The values of a field, joined; nil when there is none.
    public func header(_ name: String) -> String? {
        let values = headers.lazy.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The body as text; what is no UTF-8 is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    ///
    /// - Throws: `JSONParseError`
    public func json() throws(JSONParseError) -> JSONValue { try JSONValue(parsing: body) }
}
