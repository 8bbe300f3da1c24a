import AsyncHTTPClient
import HearthAddresses
import HearthThreads
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests over the network, with connections that are kept for the next one.
///
/// A connection is made to the address that was checked, while Host field and TLS name stay those of the URL: what the name
/// means a moment later does not matter. The library maps names to addresses by client, so there is one for each pair.
public final class NetworkTransport: ClientTransport {
    private struct Route: Hashable {
        let host: String
        let address: IPAddress
    }

    private struct Entry {
        let client: HTTPClient
        var uses = 0
        var lastUse: Deadline
    }

    /// How long connecting may take, TLS included.
    private static let connectLimit = TimeAmount.seconds(5)
    /// How many routes are kept.
    private static let mostRoutes = 256

    private let entries = Mutex<[Route: Entry]>([:])
    private let tls: TLSConfiguration

    public let usesNetwork = true

    /// Trusts whom the system trusts.
    public convenience init() { self.init(tls: .makeClientConfiguration()) }

    /// - Parameter tls: whom to trust
    package init(tls: TLSConfiguration) { self.tls = tls }

    public func shutdown() async {
        let clients = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.map(\.client)
        }
        for client in clients { try? await client.shutdown() }
    }

    public func send(_ request: TransportRequest) async throws(ClientError) -> TransportResponse {
        guard let address = request.address else { throw ClientError(.failed, "no address was checked") }
        let lease = borrow(Route(host: request.url.host, address: address))
        var outgoing = HTTPClientRequest(url: request.url.text)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        switch request.body {
        case .bytes(let bytes) where bytes.readableBytes == 0: break
        case .bytes(let bytes): outgoing.body = .bytes(bytes)
        case .stream(let next): outgoing.body = .stream(Pieces(next: next), length: .unknown)
        }
        do {
            let response = try await lease.client.execute(outgoing, deadline: .distantFuture)
            let reader = Reader(response.body.makeAsyncIterator(), lease: lease)
            return TransportResponse(
                status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
                read: { try await reader.next() })
        } catch {
            throw Self.error(error, request.url)
        }
    }

    // MARK: Clients

    private func borrow(_ route: Route) -> Lease {
        let (client, old) = entries.withLock { entries -> (HTTPClient, HTTPClient?) in
            var old: HTTPClient?
            if entries[route] == nil, entries.count >= Self.mostRoutes,
                let idle = entries.filter({ $0.value.uses == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                old = entries.removeValue(forKey: idle.key)?.client
            }
            var entry = entries[route] ?? Entry(client: makeClient(route), lastUse: .now)
            entry.uses += 1
            entries[route] = entry
            return (entry.client, old)
        }
        if let old { Task { try? await old.shutdown() } }
        return Lease(client: client) { [weak self] in self?.giveBack(route) }
    }

    private func giveBack(_ route: Route) {
        entries.withLock { entries in
            entries[route]?.uses -= 1
            entries[route]?.lastUse = .now
        }
    }

    private func makeClient(_ route: Route) -> HTTPClient {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout.connect = Self.connectLimit
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.dnsOverride = [route.host: route.address.text]
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    /// Keeps a client in use for as long as it lives.
    private final class Lease: Sendable {
        let client: HTTPClient
        private let end: @Sendable () -> Void

        init(client: HTTPClient, end: @escaping @Sendable () -> Void) {
            self.client = client
            self.end = end
        }

        deinit { end() }
    }

    /// The body of a response.
    ///
    /// `@unchecked Sendable`: it is read by one reader, one piece after the other.
    private final class Reader: @unchecked Sendable {
        private var iterator: HTTPClientResponse.Body.AsyncIterator?
        private var lease: Lease?

        init(_ iterator: HTTPClientResponse.Body.AsyncIterator, lease: Lease) {
            self.iterator = iterator
            self.lease = lease
        }

        func next() async throws -> ByteBuffer? {
            guard var current = iterator else { return nil }
            iterator = nil
            guard let piece = try await current.next() else {
                lease = nil
                return nil
            }
            iterator = current
            return piece
        }
    }

    /// The body of a request that is sent piece by piece.
    private struct Pieces: AsyncSequence, Sendable {
        let next: @Sendable () async throws -> ByteBuffer?

        func makeAsyncIterator() -> Iterator { Iterator(pieces: next) }

        struct Iterator: AsyncIteratorProtocol {
            let pieces: @Sendable () async throws -> ByteBuffer?

            mutating func next() async throws -> ByteBuffer? { try await pieces() }
        }
    }

    // MARK: Errors

    private static func error(_ error: any Error, _ url: ClientURL) -> ClientError {
        switch error {
        case let error as ClientError: error
        case is CancellationError: ClientError(.cancelled, "nobody waits any more")
        case let error as HTTPClientError where error == .cancelled: ClientError(.cancelled, "nobody waits any more")
        case let error as HTTPClientError where error == .connectTimeout || error == .getConnectionFromPoolTimeout:
            ClientError(.unavailable, code: "connect", "\(url.origin) does not take connections", isUnsent: true)
        case let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded:
            ClientError(.timeout, "\(url.origin) does not answer")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            ClientError(.unavailable, code: "closed", "\(url.origin) has closed the connection")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            ClientError(.failed, code: "tls", "\(url.origin): \(error)")
        case is NIOConnectionError:
            ClientError(.unavailable, code: "connect", "\(url.origin) cannot be reached: \(error)", isUnsent: true)
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL].contains(error.errnoCode):
            ClientError(.unavailable, code: "connect", "\(url.origin) cannot be reached: \(error)", isUnsent: true)
        case is IOError: ClientError(.unavailable, code: "closed", "\(url.origin): \(error)")
        default: ClientError(.failed, "\(url.origin): \(error)")
        }
    }
}
