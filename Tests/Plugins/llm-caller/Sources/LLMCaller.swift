public import HearthKit
import Synchronization

/// Calls the services of language models on behalf of tests.
public struct LLMCaller: Plugin {
    public static let id: StaticString = "llm-caller"
    public static let version: StaticString = "1.0.0"

    public init(_ setup: Setup) throws {
        setup.routes(tag: "Tests").route(.post, "/llm-caller/call", "Call a method", body: Call.self) { request in
            let (context, call) = (request.context, request.body)
            var input = call.input
            // Tests act for who asks unless they say otherwise.
            if case .object(var object) = input, object["user_id"] == nil {
                object["user_id"] = .string(try request.user.id.description)
                input = .object(object)
            }
            let method = ServiceMethod<JSONValue, JSONValue>(call.service, call.method)
            let pieces = Mutex<[UInt8]>([])
            do {
                let output: JSONValue?
                if call.isInTransaction {
                    output = try await context.transaction { [input] in try await $0.call(method, input) }
                } else {
                    output = try await context.call(method, input) { piece in pieces.withLock { $0 += piece } }
                }
                return Answer(output: output, pieces: String(decoding: pieces.withLock { $0 }, as: UTF8.self))
            } catch let error as HostError {
                return Answer(code: error.code, isRetryable: error.retryable)
            }
        }
    }
}

/// What to call.
struct Call: Input {
    var service = ""
    var method = ""
    var input = JSONValue.null
    var isInTransaction = false

    static let schema = Schema<Call>("LLMCall") {
        Field("service", \.service, .required)
        Field("method", \.method, .required)
        Field("input", \.input, .required)
        Field("in_transaction", \.isInTransaction)
    }
}

/// What came back.
struct Answer: Output {
    var output: JSONValue?
    var pieces = ""
    var code: String?
    var isRetryable = false

    static let schema = Schema<Answer>("LLMAnswer") {
        Field("output") { $0.output }
        Field("pieces") { $0.pieces }
        Field("code") { $0.code }
        Field("retryable") { $0.isRetryable }
    }
}
