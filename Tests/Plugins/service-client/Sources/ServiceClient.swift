public import HearthKit
import Synchronization

/// Calls services of other plugins on behalf of tests.
public struct ServiceClient: Plugin {
    public static let id: StaticString = "service-client"
    public static let version: StaticString = "1.0.0"

    public init(_ setup: Setup) throws {
        setup.routes(tag: "Tests").route(.post, "/service-client/call", "Call a method", body: Call.self) { request -> Answer in
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
                switch call.transaction {
                case .none: output = try await context.call(method, input) { piece in pieces.withLock { $0 += piece } }
                case .commit: output = try await context.transaction { [input] in try await $0.call(method, input) }
                case .rollback:
                    return try await context.transaction { [input] transaction -> Answer in
                        let output = try await transaction.call(method, input)
                        throw Undone(output: output)
                    }
                }
                return Answer(output: output, pieces: String(decoding: pieces.withLock { $0 }, as: UTF8.self))
            } catch let undone as Undone {
                return Answer(output: undone.output)
            } catch let error as HostError {
                return Answer(code: error.code, isRetryable: error.retryable)
            }
        }
    }
}

/// What rolls back.
private struct Undone: Error { let output: JSONValue? }

/// What to call.
struct Call: Input {
    /// In which transaction of the caller's.
    enum Ending: String, JSONEnum {
        case none, commit, rollback
    }

    var service = ""
    var method = ""
    var input = JSONValue.null
    var transaction = Ending.none

    static let schema = Schema<Call>("ServiceCall") {
        Field("service", \.service, .required)
        Field("method", \.method, .required)
        Field("input", \.input, .required)
        Field("transaction", \.transaction)
    }
}

/// What came back.
struct Answer: Output {
    var output: JSONValue?
    var pieces = ""
    var code: String?
    var isRetryable = false

    static let schema = Schema<Answer>("ServiceAnswer") {
        Field("output") { $0.output }
        Field("pieces") { $0.pieces }
        Field("code") { $0.code }
        Field("retryable") { $0.isRetryable }
    }
}
