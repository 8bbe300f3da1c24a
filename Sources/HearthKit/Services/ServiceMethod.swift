import CHearth
import HearthJSON

/// A method of a service by its types: what callers call and providers provide.
public struct ServiceMethod<Input: JSONDecodable & JSONEncodable, Output: JSONDecodable & JSONEncodable>: Sendable {
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
    /// - Returns: The reply; nil when nobody provides the service.
    /// - Throws: ``HostError`` with the provider's code and message.
    public func call<Input, Output>(_ method: ServiceMethod<Input, Output>, _ input: Input) async throws -> Output? {
        let services: UnsafePointer<hearth_services>
        do { services = try runtime.services } catch { return nil }
        var json = JSONWriter()
        input.write(to: &json)
        let bytes = json.bytes
        do {
            return try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Output, any Error>) in
                let retained = Unmanaged.passRetained(ReplyCompletion.of(continuation))
                let status = method.service.lending { service in
                    method.name.lending { name in
                        bytes.lending {
                            services.pointee.call(
                                runtime.host, handle, service, name, $0, nil, ReplyCompletion.callback, retained.toOpaque())
                        }
                    }
                }
                do throws(HostError) { try HostError.check(status, "the service call") } catch {
                    retained.release()
                    continuation.resume(throwing: error)
                }
            }
        } catch let error as HostError where error.kind == .notFound && !provides(method.service) {
            return nil
        }
    }
}

/// Waits for the reply of a service: decodes it while it is valid, then resumes the task.
private class ReplyCompletion {
    private let complete: (UnsafePointer<hearth_error>?, hearth_bytes) -> Void

    private init(_ complete: @escaping (UnsafePointer<hearth_error>?, hearth_bytes) -> Void) { self.complete = complete }

    static func of<Output: JSONDecodable>(_ continuation: UnsafeContinuation<Output, any Error>) -> ReplyCompletion {
        ReplyCompletion { error, output in
            if let error { return continuation.resume(throwing: HostError(error)) }
            do {
                let json = try JSONValue(parsing: UnsafeRawBufferPointer(output.buffer))
                continuation.resume(returning: try Output(json: json))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    static let callback: hearth_reply = { user, error, output in
        guard let user else { return }
        Unmanaged<ReplyCompletion>.fromOpaque(user).takeRetainedValue().complete(error, output)
    }
}
