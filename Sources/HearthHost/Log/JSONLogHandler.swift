import HearthJSON
public import Logging

#if canImport(Glibc)
    import Glibc
#endif

/// Writes each log message as one line of JSON on standard error: `{"ts", "level", "message", "metadata"}`.
public struct JSONLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel = Logger.Level.info
    private let descriptor: CInt

    /// A handler.
    ///
    /// - Parameter descriptor: where to write; standard error unless a test says otherwise
    public init(descriptor: CInt = STDERR_FILENO) { self.descriptor = descriptor }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var json = JSONWriter()
        json.beginObject()
        json.key("ts")
        json.timestamp(SystemClock().now)
        json.key("level")
        json.value(event.level.rawValue)
        json.key("message")
        json.value("\(event.message)")
        json.key("metadata")
        var metadata = metadata.merging(event.metadata ?? [:]) { _, new in new }
        if let error = event.error { metadata["error"] = "\(error)" }
        Self.write(.dictionary(metadata), to: &json)
        json.endObject()
        // One call a line, so that lines of several threads do not mix.
        let line = json.bytes + [UInt8(ascii: "\n")]
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                // Nobody is left to be told.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func write(_ value: Logger.MetadataValue, to json: inout JSONWriter) {
        switch value {
        case .string(let text): json.value(text)
        case .stringConvertible(let value): json.value("\(value)")
        case .array(let values):
            json.beginArray()
            for value in values { write(value, to: &json) }
            json.endArray()
        case .dictionary(let members):
            json.beginObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                write(value, to: &json)
            }
            json.endObject()
        }
    }
}
