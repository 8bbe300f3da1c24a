import FoundationEssentials
import HearthJSON
import NIOCore

/// A request with its response, as a line of a recording.
///
/// Header fields of requests are not kept, since they hold keys; of responses all but those that set cookies.
struct Recording: Sendable, Equatable {
    let method: String
    let url: String
    let requestBody: [UInt8]
    let status: Int
    let headers: [Pair]
    let body: [UInt8]

    struct Pair: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// The recording as a line of JSON, with bodies as text where they are.
    var line: String {
        let fields = headers.map { JSONValue.array([.string($0.name), .string($0.value)]) }
        let request: JSONObject = ["method": .string(method), "url": .string(url), "body": Self.json(requestBody)]
        let response: JSONObject = ["status": .integer(Int64(status)), "headers": .array(fields), "body": Self.json(body)]
        return JSONValue.object(["request": .object(request), "response": .object(response)]).text + "\n"
    }

    /// Reads a line; nil when it is none.
    init?(line: some StringProtocol) {
        guard case .object(let all)? = try? JSONValue(parsing: String(line)), case .object(let request)? = all["request"],
            case .object(let response)? = all["response"], case .string(let method)? = request["method"],
            case .string(let url)? = request["url"], let requestBody = Self.bytes(request["body"]),
            case .integer(let status)? = response["status"], case .array(let fields)? = response["headers"],
            let body = Self.bytes(response["body"])
        else { return nil }
        var headers: [Pair] = []
        for case .array(let pair) in fields {
            guard pair.count == 2, case .string(let name) = pair[0], case .string(let value) = pair[1] else { return nil }
            headers.append(Pair(name: name, value: value))
        }
        self.init(method: method, url: url, requestBody: requestBody, status: Int(status), headers: headers, body: body)
    }

    init(method: String, url: String, requestBody: [UInt8], status: Int, headers: [Pair], body: [UInt8]) {
        self.method = method
        self.url = url
        self.requestBody = requestBody
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Text as a string, other bytes as `{"base64": "…"}`.
    private static func json(_ bytes: [UInt8]) -> JSONValue {
        if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
        return .object(["base64": .string(Data(bytes).base64EncodedString())])
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8]? {
        switch value {
        case .string(let text)?: return Array(text.utf8)
        case .object(let object)?:
            guard case .string(let text)? = object["base64"] else { return nil }
            return Data(base64Encoded: text).map { Array($0) }
        default: return nil
        }
    }
}
