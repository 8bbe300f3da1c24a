/// An event of a stream of server-sent events.
struct ServerSentEvent: Equatable {
    /// Its type; `message` unless named.
    var name = "message"
    /// Its data: the lines joined.
    var data: String
}

/// Takes bytes and gives server-sent events, as the HTML standard describes them. Ids and times to reconnect are passed over:
/// nobody reconnects to a model.
struct ServerSentEvents {
    private var lines: LineSplitter
    private var name = ""
    private var data: [String] = []
    private var isFirstLine = true

    /// - Parameter limit: The most bytes of a line.
    init(limit: Int = 1 << 20) { lines = LineSplitter(limit: limit) }

    /// Takes bytes.
    ///
    /// - Returns: The events that are complete now.
    mutating func take(_ bytes: [UInt8]) throws(LineSplitter.TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for line in try lines.take(bytes) {
            if let event = read(line) { events.append(event) }
        }
        return events
    }

    /// The stream is over. By the standard an event that no empty line has ended is dropped; servers that forget the last
    /// line are many, so it is given.
    mutating func finish() -> ServerSentEvent? {
        if let line = lines.finish() { _ = read(line) }
        return read("")
    }

    private mutating func read(_ line: String) -> ServerSentEvent? {
        // Compared by scalar: a mark and what follows may be one character.
        var line = line[...]
        if isFirstLine, line.unicodeScalars.first == "\u{FEFF}" { line = Substring(line.unicodeScalars.dropFirst()) }
        isFirstLine = false
        if line.isEmpty {
            defer { (name, data) = ("", []) }
            guard !data.isEmpty else { return nil }
            return ServerSentEvent(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
        }
        // Bytes rather than characters: a combining mark after the colon must not hide it.
        let bytes = line.utf8
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        var value = bytes[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(Substring(bytes[..<colon])) {
        case "event": name = String(Substring(value))
        case "data": data.append(String(Substring(value)))
        default: break
        }
        return nil
    }
}
