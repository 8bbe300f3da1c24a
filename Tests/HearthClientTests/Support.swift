import HearthAddresses
import HearthConfiguration
import HearthThreads
import NIOCore
import Synchronization

@testable import HearthClient

/// Knows the addresses that a test says, and counts who asks.
final class FixedResolver: AddressResolver {
    private let known: [String: [String]]
    private let questions = Atomic<Int>(0)

    init(_ known: [String: [String]]) { self.known = known }

    var count: Int { questions.load(ordering: .relaxed) }

    func addresses(of host: String) async throws(ClientError) -> [IPAddress] {
        questions.add(1, ordering: .relaxed)
        guard let texts = known[host] else { throw ClientError(.unavailable, code: "dns", "\(host) has no address") }
        return texts.compactMap { IPAddress($0) }
    }
}

/// Answers as a test says, without a network.
final class ScriptedTransport: ClientTransport {
    typealias Step = @Sendable (TransportRequest) async throws(ClientError) -> TransportResponse

    let usesNetwork = false
    private let sent = Mutex<[TransportRequest]>([])
    private let step: @Sendable (TransportRequest, Int) async throws(ClientError) -> TransportResponse

    /// - Parameter step: answers a request; the number counts them from 1
    init(_ step: @escaping @Sendable (TransportRequest, Int) async throws(ClientError) -> TransportResponse) { self.step = step }

    var requests: [TransportRequest] { sent.withLock { $0 } }

    func send(_ request: TransportRequest) async throws(ClientError) -> TransportResponse {
        let number = sent.withLock { sent in
            sent.append(request)
            return sent.count
        }
        return try await step(request, number)
    }

    func shutdown() async {}
}

extension TransportResponse {
    /// A response with a text.
    static func text(_ status: Int, _ text: String = "", _ headers: [(String, String)] = []) -> TransportResponse {
        let rest = Mutex<ByteBuffer?>(ByteBuffer(string: text))
        return TransportResponse(
            status: status, headers: headers.map { (name: $0.0, value: $0.1) },
            read: {
                rest.withLock { rest in
                    defer { rest = nil }
                    return rest
                }
            })
    }
}

/// A clock that stands still until it is moved.
final class Uptime: Sendable {
    private let nanoseconds = Atomic<UInt64>(1_000_000_000)

    var now: Deadline { Deadline(uptimeNanoseconds: nanoseconds.load(ordering: .relaxed)) }

    func advance(by seconds: UInt64) { nanoseconds.add(seconds * 1_000_000_000, ordering: .relaxed) }
}

extension OutboundClient {
    /// A client for a test, with a clock that stands still.
    convenience init(
        _ transport: any ClientTransport, _ resolver: any AddressResolver = FixedResolver([:]), uptime: Uptime = Uptime()
    ) {
        self.init(transport: transport, resolver: resolver, now: { 0 }, uptime: { uptime.now })
    }

    /// Sends a request and gives status and text.
    func text(
        _ request: ClientRequest, _ hosts: [String] = ["*:*", "http://*:*"], private networks: [String] = ["127.0.0.0/8"]
    )
        async throws(ClientError) -> (status: Int, text: String)
    {
        let caller = Caller(owner: "tester", grant: ClientGrant(hosts: hosts, privateNetworks: networks))
        let (response, body) = try await send(request, for: caller, until: .after(.seconds(60)))
        return (response.status, String(buffer: body))
    }
}
