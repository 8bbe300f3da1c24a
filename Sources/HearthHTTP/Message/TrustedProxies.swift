import HTTPTypes
import HearthAddresses

/// The proxies that are believed when they say whom they were called by.
///
/// Each proxy adds its caller at the end of `X-Forwarded-For` or `Forwarded`, and anybody can send a beginning. So these fields
/// count only when a trusted proxy sent them, and are read from the end, for as long as what stands there is a trusted proxy too.
public struct TrustedProxies: Sendable, Equatable {
    private let networks: [AddressNetwork]

    /// Nobody is believed: the peer sent the request.
    public static let none = TrustedProxies(networks: [])

    private init(networks: [AddressNetwork]) { self.networks = networks }

    /// Believes these.
    ///
    /// - Parameter texts: IP addresses such as `10.0.0.7`, and networks such as `10.0.0.0/8` or `fd00::/8`
    /// - Returns: nil when one of them is neither
    public init?(_ texts: [String]) {
        var networks: [AddressNetwork] = []
        for text in texts {
            guard let network = AddressNetwork(text) else { return nil }
            networks.append(network)
        }
        self.networks = networks
    }

    /// Who sent a request.
    ///
    /// - Parameters:
    ///   - peer: the address that the connection comes from; nil on a Unix socket
    ///   - headers: what it sent
    /// - Returns: the client's address; the nearest known one when a proxy hides it
    func sender(peer: String?, headers: HTTPFields) -> String? {
        guard !networks.isEmpty, let peer, let nearest = IPAddress(peer), trusts(nearest) else { return peer }
        let simple = headers[.xForwardedFor].map { chain(of: $0.split(separator: ","), from: nearest) }
        let standard = headers[.forwarded].map { chain(of: Self.senders(in: $0), from: nearest) }
        // A proxy that writes one of the two passes the other on as the client made it up: where they differ, neither counts.
        if let simple, let standard, simple != standard { return nearest.text }
        return (simple ?? standard ?? nearest).text
    }

    private func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// The last of those who passed the request on that is no trusted proxy.
    private func chain(of senders: [Substring], from peer: IPAddress) -> IPAddress {
        var nearest = peer
        for sender in senders.reversed() {
            guard let address = IPAddress(node: sender) else { return nearest }
            nearest = address
            guard trusts(address) else { return address }
        }
        return nearest
    }

    /// The `for` parameters of `Forwarded` (RFC 7239), in order; an element without one hides its sender.
    private static func senders(in field: String) -> [Substring] {
        field.split(separator: ",").map { element in
            let pairs = element.split(separator: ";").map { $0.trimmingBlanks() }
            return pairs.first { $0.prefix(4).lowercased() == "for=" }?.dropFirst(4) ?? "unknown"
        }
    }
}

extension HTTPField.Name {
    /// Who called each proxy, as most of them say it.
    static let xForwardedFor = HTTPField.Name(token: "X-Forwarded-For")
    /// The same by RFC 7239.
    static let forwarded = HTTPField.Name(token: "Forwarded")
}
