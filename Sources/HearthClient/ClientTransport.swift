public import HearthAddresses
public import NIOCore

/// Sends single requests: over the network, or from a recording.
public protocol ClientTransport: Sendable {
    /// Whether it connects to addresses, so that they have to be found and checked.
    var usesNetwork: Bool { get }

    /// Sends a request and waits for the head of the response; follows no redirects, tries nothing twice.
    ///
    /// - Throws: ``ClientError``
    func send(_ request: TransportRequest) async throws(ClientError) -> TransportResponse

    /// Closes what it has open.
    func shutdown() async
}

/// A request whose destination is checked.
public struct TransportRequest: Sendable {
    /// Its method.
    public let method: String
    /// Its destination by name.
    public let url: ClientURL
    /// The address to connect to: the one that was checked. nil when the transport does not use the network.
    public let address: IPAddress?
    /// Its header fields but those of the connection.
    public let headers: [(name: String, value: String)]
    /// What is sent.
    public let body: ClientRequest.Body
}

/// A response as it arrives.
public struct TransportResponse: Sendable {
    /// Its status.
    public let status: Int
    /// Its header fields.
    public let headers: [(name: String, value: String)]
    /// Gives the next piece of the body, nil at the end. Not called again before it returns.
    public let read: @Sendable () async throws -> ByteBuffer?
}
