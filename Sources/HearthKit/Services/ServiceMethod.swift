import CHearth
import HearthJSON

/// A method of a service by its types: what callers call and providers provide.
///
/// A caller writes the input and reads the output, a provider the other way round, so each needs only that of the types.
public struct ServiceMethod<Input: SchemaValue, Output: SchemaValue>: Sendable {
    /// The service with its version, such as `progression/1`.
    public let service: String
    /// The method.
    public let name: String

    /// - Parameters:
    ///   - service: The service with its version.
    ///   - name: The method.
    public init(_ service: String, _ name: String) {
        self.service = service
        self.name = name
    }
}

/// An error that crosses from one plugin to another.
public struct ServiceError: Error, Sendable {
    /// A stable word for programs.
    public let code: String
    /// One sentence for people.
    public let message: String
    /// Whether the same call may succeed later.
    public let retryable: Bool

    /// - Parameters:
    ///   - code: A stable word for programs.
    ///   - message: One sentence for people.
    ///   - retryable: Whether the same call may succeed later.
    public init(_ code: String, _ message: String, retryable: Bool = false) {
        self.code = code
        self.message = message
        self.retryable = retryable
    }
}

extension Context {
    /// Whether somebody provides a service at the moment.
    public func provides(_ service: String) -> Bool {
        guard let services = try? runtime.services else { return false }
        return service.lending { services.pointee.available(runtime.host, $0) } != 0
    }

    /// Calls a service of another plugin; inside a transaction the call is part of it.
    ///
    /// - Parameters:
    ///   - method: What to call.
    ///   - input: What it is given.
    ///   - piece: Takes what the provider sends before its reply: in order, one piece at a time. nil when it is not wanted.
    /// - Returns: The reply; nil when nobody provides the service.
    /// - Throws: ``HostError`` with the provider's code and message.
    public func call<Input: JSONEncodable, Output: JSONDecodable>(
        _ method: ServiceMethod<Input, Output>, _ input: Input, piece: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> Output? {
        let services: UnsafePointer<hearth_services>
        do { services = try runtime.services } catch { return nil }
        var json = JSONWriter()
        input.write(to: &json)
        let bytes = json.bytes
        do {
            return try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Output, any Error>) in
                let completion = Unmanaged.passRetained(ReplyCompletion.of(continuation, piece))
                let status = method.service.lending(with: method.name) { service, name in
                    bytes.lending {
                        services.pointee.call(
                            runtime.host, handle, service, name, $0, piece == nil ? nil : ReplyCompletion.piece,
                            ReplyCompletion.callback, completion.toOpaque())
                    }
                }
                do throws(HostError) { try HostError.check(status, "the service call") } catch {
                    completion.release()
                    continuation.resume(throwing: error)
                }
            }
        } catch let error as HostError where error.kind == .notFound && !provides(method.service) {
            return nil
        }
    }

    /// Sends a piece of a long reply to the caller of the service call that this context serves. Dropped when he takes none.
    ///
    /// - Throws: ``HostError`` with ``HostError/Kind/cancelled`` when nobody listens any more.
    public func send(piece: [UInt8]) throws {
        let services = try runtime.services
        try HostError.check(piece.lending { services.pointee.send_piece(runtime.host, handle, $0) }, "send_piece")
    }
}

/// Waits for the reply of a service: decodes it while it is valid, then resumes the task.
private final class ReplyCompletion {
    private let complete: (UnsafePointer<hearth_error>?, hearth_bytes) -> Void
    private let take: (@Sendable ([UInt8]) -> Void)?

    private init(
        take: (@Sendable ([UInt8]) -> Void)?, complete: @escaping (UnsafePointer<hearth_error>?, hearth_bytes) -> Void
    ) {
        self.take = take
        self.complete = complete
    }

    static func of<Output: JSONDecodable>(
        _ continuation: UnsafeContinuation<Output, any Error>, _ take: (@Sendable ([UInt8]) -> Void)?
    ) -> ReplyCompletion {
        ReplyCompletion(take: take) { error, output in
            if let error { return continuation.resume(throwing: HostError(error)) }
            continuation.resume(
                with: Result { try Output(json: JSONValue(parsing: UnsafeRawBufferPointer(output.buffer))) })
        }
    }

    /// The completion as the C interface calls it.
    static let callback: hearth_reply = { user, error, output in
        guard let user else { return }
        let completion = Unmanaged<ReplyCompletion>.fromOpaque(user).takeRetainedValue()
        WorkerExecutor.here { completion.complete(error, output) }
    }

    /// The receiver of pieces as the C interface calls it: always before the completion.
    static let piece: hearth_piece = { user, piece in
        guard let user else { return }
        Unmanaged<ReplyCompletion>.fromOpaque(user).takeUnretainedValue().take?(Array(piece.buffer))
    }
}
