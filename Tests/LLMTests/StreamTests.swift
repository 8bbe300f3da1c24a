import Testing

@testable import LLM

/// Bytes as the network cuts them become lines and events.
struct StreamTests {
    private func lines(_ text: String, cutAfter count: Int) throws -> [String] {
        var splitter = LineSplitter()
        let bytes = Array(text.utf8)
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: count) {
            lines += try splitter.take(Array(bytes[start..<min(start + count, bytes.count)]))
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines
    }

    @Test(arguments: 1...7) func `lines end in three ways, wherever they are cut`(_ count: Int) throws {
        #expect(try lines("a\nb\r\nc\rd\n\né👋", cutAfter: count) == ["a", "b", "c", "d", "", "é👋"])
    }

    @Test func `a line has a longest length`() throws {
        var splitter = LineSplitter(limit: 4)
        #expect(try splitter.take(Array("abcd\n".utf8)) == ["abcd"])
        #expect(throws: LineSplitter.TooLong.self) { try splitter.take(Array("abcde".utf8)) }
    }

    private func events(_ text: String) throws -> [String] {
        var parser = ServerSentEvents()
        var events: [String] = []
        for byte in text.utf8 { events += try parser.take([byte]) }
        if let last = parser.finish() { events.append(last) }
        return events
    }

    @Test func `lines of data are joined, comments passed over, one space is dropped`() throws {
        let text = "\u{FEFF}: keep-alive\n\nevent: note\ndata: a\ndata:  b\ndata\nid: 7\n\ndata:c\n\n"
        #expect(try events(text) == ["a\n b\n", "c"])
    }

    @Test func `an event without data is none`() throws {
        #expect(try events("event: ping\n\n").isEmpty)
    }

    @Test func `the last event is given although its empty line is missing`() throws {
        #expect(try events("data: end") == ["end"])
    }
}
