/// Takes bytes and gives the data of server-sent events, as the HTML standard describes them. Types of events are passed over, since
/// the data says them too, and so are ids and times to reconnect: nobody reconnects to a model.
struct ServerSentEvents: StreamSplitter {
    private var lines: LineSplitter
    private var data: [String] = []
    private var isFirstLine = true

    /// - Parameter limit: The most bytes of a line.
    init(limit: Int = 1 << 20) { lines = LineSplitter(limit: limit) }

    /// Gives the lines of data of an event joined; an event without data is none.
    mutating func take(_ bytes: [UInt8]) throws(LineSplitter.TooLong) -> [String] {
        var events: [String] = []
        for line in try lines.take(bytes) {
            if let event = read(line) { events.append(event) }
        }
        return events
    }

    /// By the standard an event that no empty line has ended is dropped; servers that forget the last line are many, so it is given.
    mutating func finish() -> String? {
        if let line = lines.finish() { _ = read(line) }
        return read("")
    }

    private mutating func read(_ line: String) -> String? {
        // Compared by scalar: a mark and what follows may be one character.
        var line = line[...]
        if isFirstLine, line.unicodeScalars.first == "\u{FEFF}" { line = Substring(line.unicodeScalars.dropFirst()) }
        isFirstLine = false
        if line.isEmpty {
            defer { data = [] }
            return data.isEmpty ? nil : data.joined(separator: "\n")
        }
        // Bytes rather than characters: a combining mark after the colon must not hide it.
        let bytes = line.utf8
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        guard String(Substring(bytes[..<colon])) == "data" else { return nil }
        var value = bytes[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        data.append(String(Substring(value)))
        return nil
    }
}
