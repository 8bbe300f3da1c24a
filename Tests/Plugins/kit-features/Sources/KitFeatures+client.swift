import HearthKit

extension KitFeatures {
    /// Routes that call another server.
    static func addCalling(to routes: Routes) {
        routes.route(.post, "/kit-features/call", "Call another server", body: Called.self) { request in
            let body = request.body
            var call = ClientRequest(ClientRequest.Method(rawValue: body.method) ?? .get, body.url)
            call.headers = [("Authorization", "Bearer secret")]
            call.body = .bytes(Array(body.body.utf8))
            call.responseLimit = body.limit
            call.timeout = .milliseconds(body.timeout)
            call.attempts = body.attempts
            let context = request.context
            return await CallResult.of {
                if body.isInTransaction {
                    return try await context.transaction { try await $0.client.send(call) }
                }
                return try await context.client.send(call)
            }
        }
        routes.route(
            .post, "/kit-features/relay", "Pass a body on and an answer back", query: Where.self, body: BodyStream.self
        ) { request in
            let (context, body) = (request.context, request.body)
            var call = ClientRequest(.post, request.query.url)
            call.body = .stream { upload in
                for try await piece in body { try await upload.send(piece) }
            }
            call.responseLimit = 64 << 20
            return try await context.client.stream(call) { stream in
                var sum = Sum()
                for try await piece in stream { sum.add(piece) }
                return sum
            }
        }
        routes.route(.get, "/kit-features/beginning", "Read the beginning of an answer", query: Where.self) { request in
            try await request.context.client.stream(ClientRequest(.get, request.query.url)) { stream in
                var pieces = stream.makeAsyncIterator()
                return Sum(of: try await pieces.next().map { [$0] } ?? [])
            }
        }
    }
}

/// Whom to call.
struct Where: Input {
    var url = ""

    static let schema = Schema<Where>("Where") { Field("url", \.url, .required) }
}

/// What to send.
struct Called: Input {
    var method = "GET"
    var url = ""
    var body = ""
    var limit = 1 << 20
    var timeout = 30_000
    var attempts = 3
    var isInTransaction = false

    static let schema = Schema<Called>("Called") {
        Field("method", \.method)
        Field("url", \.url, .required)
        Field("body", \.body)
        Field("limit", \.limit)
        Field("timeout", \.timeout)
        Field("attempts", \.attempts)
        Field("in_transaction", \.isInTransaction)
    }
}

/// What came back.
struct CallResult: Output {
    var status: Int?
    var text: String?
    var kind: String?
    var code: String?

    static func of(_ call: () async throws -> ClientResponse) async -> CallResult {
        do {
            let response = try await call()
            return CallResult(status: response.status, text: response.text)
        } catch let error as HostError {
            return CallResult(kind: error.kind == .denied ? "denied" : "\(error)", code: error.code)
        } catch {
            return CallResult(kind: "\(error)")
        }
    }

    static let schema = Schema<CallResult>("CallResult") {
        Field("status") { $0.status }
        Field("text") { $0.text }
        Field("kind") { $0.kind }
        Field("code") { $0.code }
    }
}
