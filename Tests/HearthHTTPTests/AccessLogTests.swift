import Glibc
import HTTPTypes
import NIOCore
import Testing

@testable import HearthHTTP

@Suite struct AccessLogTests {
    @Test func `a line is JSON, has no query, and cannot be forged`() async throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = AccessLog(descriptor: ends[1])
        let request = ServerRequest(
            id: "abc", method: .get, path: "/a\"\n{}", query: "token=secret", remoteAddress: "127.0.0.1")
        request.notes.user = "u-1"
        request.notes.route = "/{a}"
        log.write(.init(request: request, status: 200, bytes: 12, duration: .microseconds(1045)))
        log.write(
            .init(request: ServerRequest(id: "d", method: .post, path: "/"), status: 499, bytes: 0, duration: .nanoseconds(0)))
        await log.close()
        close(ends[1])
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(ends[0], &bytes, bytes.count)
            guard count > 0 else { break }
            text += String(decoding: bytes[0..<count], as: UTF8.self)
        }
        close(ends[0])
        let lines = text.split(separator: "\n")
        try #require(lines.count == 2)
        let first = lines[0].drop { $0 != "," }
        #expect(
            first
                == #","kind":"access","method":"GET","path":"/a\"\n{}","status":200,"bytes":12,"duration_ms":1.045,"request_id":"abc","remote":"127.0.0.1","user":"u-1","route":"/{a}"}"#
        )
        #expect(lines[1].hasSuffix(#""status":499,"bytes":0,"duration_ms":0.0,"request_id":"d"}"#))
        #expect(!text.contains("secret"))
    }
}

@Suite struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
    ])
    func `dates are written and read as HTTP has them`(seconds: Int, text: String) {
        #expect(HTTPDate.text(seconds) == text)
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    ])
    func `any other text is no date`(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}
