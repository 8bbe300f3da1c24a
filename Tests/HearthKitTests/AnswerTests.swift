import Testing

@testable import HearthKit

private struct Long: Output {
    let text: String
    static let schema = Schema<Long>("Long") { Field("text") { $0.text } }
}

private struct Secret: Error {}

struct AnswerTests {
    private let host = FakeHost()

    @Test(arguments: [0, 400, 5_000, 300_000]) func `an answer survives the buffer that moves while it grows`(
        length: Int
    ) async throws {
        let text = String(repeating: "äb", count: length / 2)
        try host.register { $0.routes(tag: "t").route(.get, "/a", "A") { _ in Long(text: text) } }
        let answer = await host.request()
        let isWhole = answer.body == "{\"text\":\"\(text)\"}"
        #expect(isWhole)
        #expect(host.staleUses.isEmpty)
    }

    @Test func `an answer beyond the host's limit is 500 and said in the log`() async throws {
        host.largestReservation = 4_000
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { _ in Long(text: String(repeating: "x", count: 100_000)) }
        }
        let answer = await host.request()
        #expect(answer.status == 500)
        #expect(host.logged.contains { $0.contains("reserve was refused") })
    }

    @Test(arguments: [hearth_status(8), 9]) func `an answer that comes too late is no error and completes once`(
        status: hearth_status
    ) async throws {
        host.refuse("respond", status)
        try host.register { $0.routes(tag: "t").route(.get, "/a", "A") { _ in Long(text: "") } }
        #expect(await host.request().body == "dropped")
        #expect(host.logged.isEmpty && host.staleUses.isEmpty)
    }

    @Test func `an answer that the host finds wrong becomes 500`() async throws {
        try host.register {
            $0.routes(tag: "t").reply(.get, "/a", "A", documents: Nothing.self) { _ in
                Reply.bytes([1], contentType: "a/b", status: -7)
            }
        }
        host.refuse("respond", 3)
        #expect(await host.request().status == 500)
    }

    @Test func `failures keep their words, other errors keep them from the client`() async throws {
        let cases: [(any Error & Sendable, UInt32, String)] = [
            (Failure.notFound("No such note"), 404, "No such note"),
            (Failure(200, "impossible"), 500, "Internal server error"),
            (Failure(-1, "impossible"), 500, "Internal server error"),
            (Secret(), 500, "Internal server error"),
            (HostError(.timeout, message: "secret"), 504, "The request took too long"),
            (HostError(.busy, message: "secret"), 503, "Temporarily overloaded, try again"),
            (HostError(.unavailable, message: "secret", retryable: true), 503, "Temporarily overloaded, try again"),
            (
                HostError(.unavailable, code: HostError.uncertain, message: "secret"), 504,
                "It is unknown whether the request took effect"
            ),
            (HostError(.conflict, code: "u", message: "secret"), 500, "Internal server error"),
            (CancellationError(), 503, "The request was cancelled"),
            (DecodingFailure(expected: "a reply of another plugin"), 500, "Internal server error"),
        ]
        for (error, status, detail) in cases {
            try host.register {
                $0.routes(tag: "t").route(.get, "/a", "A") { _ -> Nothing in throw error }
            }
            let answer = await host.request()
            #expect(answer == FakeAnswer(status: status, body: detail))
        }
        let logged = host.logged
        #expect(!logged.contains { $0.contains("No such note") || $0.contains("Cancellation") })
        #expect(logged.contains { $0.contains("Secret()") })
    }

    @Test func `several mistakes are told at once`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { _ -> Nothing in
                throw Failure.invalid(.init(at: ["body", "a"], "First"), .init(at: ["query", "b"], "Second", type: "missing"))
            }
        }
        let answer = await host.request()
        #expect(answer.body == "Invalid request: body.a: First (and 1 more)")
        #expect(
            answer.errors
                == #"[{"loc":["body","a"],"msg":"First","type":"value_error"},{"loc":["query","b"],"msg":"Second","type":"missing"}]"#
        )
    }

    @Test func `replies have every form`() async throws {
        let replies: [(Reply, FakeAnswer)] = [
            (
                .json(Long(text: "a"), status: 202, headers: [("X-A", "1")]),
                FakeAnswer(status: 202, body: #"{"text":"a"}"#, headers: ["X-A: 1"])
            ),
            (
                .bytes(Array("raw".utf8), contentType: "text/plain"),
                FakeAnswer(status: 200, body: "raw", contentType: "text/plain")
            ),
            (.empty(), FakeAnswer(status: 204)),
            (.redirect(to: "/b"), FakeAnswer(status: 303, headers: ["Location: /b"])),
            (.file("/x", contentType: "image/png"), FakeAnswer(status: 200, body: "file /x", contentType: "image/png")),
        ]
        for (reply, expected) in replies {
            try host.register { $0.routes(tag: "t").reply(.get, "/a", "A", documents: Nothing.self) { _ in reply } }
            #expect(await host.request() == expected)
        }
        host.refuse("respond_file", 4)
        #expect(await host.request().status == 404)
    }

    @Test func `a streamed answer keeps its order and ends when its closure does, also with an error`() async throws {
        try host.register {
            $0.routes(tag: "t").reply(.get, "/a", "A", documents: Nothing.self) { _ in
                .stream(contentType: "text/event-stream") { stream in
                    for number in 0..<5 { try await stream.send("\(number);") }
                    throw Secret()
                }
            }
        }
        #expect(await host.request() == FakeAnswer(status: 200, body: "0;1;2;3;4;", contentType: "text/event-stream"))
        #expect(host.logged.contains { $0.contains("ended early") })
    }

    @Test func `a piece that is refused ends the stream`() async throws {
        host.refuse("write_stream", 9)
        let seen = Box<String>("")
        try host.register {
            $0.routes(tag: "t").reply(.get, "/a", "A", documents: Nothing.self) { _ in
                .stream(contentType: "a/b") { stream in
                    do { try await stream.send("x") } catch {
                        seen.value = "\(error is HostError)"
                        throw error
                    }
                }
            }
        }
        #expect(await host.request().status == 200)
        #expect(seen.value == "true")
    }
}
