import HTTPTypes

/// Collects the lines of a request head and judges them.
struct HeadFields {
    private let limits: HTTPLimits
    private(set) var requestLine: RequestLine?
    /// Bytes of all header fields so far.
    private(set) var size = 0

    private var count = 0
    private var headers = HTTPFields()
    private var hosts = 0
    private var host: String?
    private var length: Int?
    private var isChunked = false
    private var wantsClose = false
    private var wantsKeepAlive = false
    private var expectsContinue = false
    private var notable: NotableFields = []

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    mutating func takeRequestLine(_ line: UnsafeRawBufferPointer) throws(HTTPError) {
        requestLine = try RequestLine(line, limits: limits)
        headers.reserveCapacity(12)
    }

    mutating func takeField(_ line: UnsafeRawBufferPointer) throws(HTTPError) {
        size += line.count
        count += 1
        guard line.count <= limits.headerField, size <= limits.headerList, count <= limits.headerCount else {
            throw .headersTooLarge
        }
        guard line[0] != .space, line[0] != .tab else { throw .malformed("A header field must not be folded") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            let name = FieldNames.name(UnsafeRawBufferPointer(rebasing: line[..<colon]))
        else { throw .malformed("A header field has a malformed name") }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == .space || line[start] == .tab { start += 1 }
        while end > start, line[end - 1] == .space || line[end - 1] == .tab { end -= 1 }
        let content = UnsafeRawBufferPointer(rebasing: line[start..<end])
        for byte in content where byte < .space && byte != .tab || byte == 0x7f {
            throw .malformed("A header field has a control character")
        }
        try note(name, String(decoding: content, as: UTF8.self))
    }

    private mutating func note(_ name: HTTPField.Name, _ value: String) throws(HTTPError) {
        switch name.canonicalName {
        case "host":
            hosts += 1
            host = value
            return
        case "content-length":
            guard length == nil else { throw .malformed("Content-Length must not be repeated") }
            guard !value.isEmpty, value.utf8.count <= 18, value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let number = Int(value)
            else { throw .malformed("Content-Length must be a number of bytes") }
            length = number
        case "transfer-encoding":
            guard !isChunked, value.lowercased() == "chunked" else {
                throw .malformed("The only transfer encoding is chunked, once")
            }
            isChunked = true
        case "connection":
            for option in value.split(separator: ",") {
                switch option.trimmed.lowercased() {
                case "close": wantsClose = true
                case "keep-alive": wantsKeepAlive = true
                default: break
                }
            }
        case "expect":
            guard value.lowercased() == "100-continue" else {
                throw HTTPError(.expectationFailed, "The only expectation is 100-continue")
            }
            expectsContinue = true
        default:
            notable.insert(NotableFields(name))
        }
        headers.append(HTTPField(name: name, value: value))
    }

    mutating func finish() throws(HTTPError) -> RequestHead {
        guard let requestLine else { throw .malformed("There is no request line") }
        let isOld = requestLine.version == .http1_0
        guard hosts == 1 || (isOld && hosts == 0) else { throw .malformed("There must be exactly one Host") }
        if let host, !Authority.isValid(host) { throw .malformed("Host is malformed") }
        if isChunked {
            guard !isOld else { throw .malformed("HTTP/1.0 has no transfer encoding") }
            guard length == nil else { throw .malformed("Content-Length and Transfer-Encoding exclude each other") }
        }
        let framing: RequestHead.Framing =
            switch length {
            case .none: isChunked ? .chunked : .none
            case .some(0): .none
            case .some(let length): .length(length)
            }
        return RequestHead(
            method: requestLine.method, path: requestLine.path, query: requestLine.query,
            authority: requestLine.authority ?? host, version: requestLine.version, headers: headers, framing: framing,
            keepsAlive: !wantsClose && (!isOld || wantsKeepAlive),
            expectsContinue: expectsContinue && !isOld && framing != .none, notable: notable)
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    var trimmed: Substring {
        var text = self
        while let first = text.utf8.first, first == .space || first == .tab { text.removeFirst() }
        while let last = text.utf8.last, last == .space || last == .tab { text.removeLast() }
        return text
    }
}
