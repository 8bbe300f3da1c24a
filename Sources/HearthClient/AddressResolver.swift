public import HearthAddresses
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Finds the addresses of a host.
public protocol AddressResolver: Sendable {
    /// The addresses, the best first.
    ///
    /// - Parameter host: a name, or an address as text
    /// - Throws: ``ClientError`` of kind `unavailable` when there are none
    func addresses(of host: String) async throws(ClientError) -> [IPAddress]
}

/// Asks the system, on threads of its own: a name server that does not answer holds nobody else.
public final class SystemResolver: AddressResolver {
    private let pool = NIOThreadPool(numberOfThreads: 4)

    /// Starts its threads when they are first needed.
    public init() {}

    /// Ends the threads.
    func shutdown() async { try? await pool.shutdownGracefully() }

    public func addresses(of host: String) async throws(ClientError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        pool.start()
        let answer = Answer()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.wait(continuation)
                pool.submit { state in
                    answer.give(
                        state == .active ? Self.ask(host) : .failure(ClientError(.cancelled, "the host is about to stop")))
                }
            }
        } onCancel: {
            // The system's call cannot be given up; its answer can.
            answer.give(.failure(ClientError(.cancelled, "nobody waits any more")))
        }
        return try result.get()
    }

    /// The address that a host is in any of the forms that the system takes, such as `10.1` and `0x0a000001`; nil for a name.
    /// Nobody is asked.
    static func literal(_ host: String) -> IPAddress? {
        guard case .success(let addresses) = ask(host, flags: AI_NUMERICHOST) else { return nil }
        return addresses.first
    }

    private static func ask(_ host: String, flags: Int32 = 0) -> Result<[IPAddress], ClientError> {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let reason = gai_strerror(code).map { String(cString: $0) } ?? "no reason"
            return .failure(ClientError(.unavailable, code: "dns", "\(host) has no address: \(reason)", isUnsent: true))
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0,
                let address = IPAddress(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            return .failure(ClientError(.unavailable, code: "dns", "\(host) has no address", isUnsent: true))
        }
        return .success(addresses)
    }

    /// An answer that is waited for by one, and given by whoever is first.
    private final class Answer: Sendable {
        private enum State {
            case open
            case waiting(CheckedContinuation<Result<[IPAddress], ClientError>, Never>)
            case given(Result<[IPAddress], ClientError>)
        }

        private let state = Mutex(State.open)

        func wait(_ continuation: CheckedContinuation<Result<[IPAddress], ClientError>, Never>) {
            let given = state.withLock { state -> Result<[IPAddress], ClientError>? in
                if case .given(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let given { continuation.resume(returning: given) }
        }

        func give(_ result: Result<[IPAddress], ClientError>) {
            let waiting = state.withLock { state -> CheckedContinuation<Result<[IPAddress], ClientError>, Never>? in
                if case .given = state { return nil }
                defer { state = .given(result) }
                if case .waiting(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume(returning: result)
        }
    }
}
