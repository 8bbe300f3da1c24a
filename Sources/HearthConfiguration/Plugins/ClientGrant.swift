public import HearthAddresses

/// Whom a plugin may call over HTTP: the table `client` of a plugin in `plugins.conf`.
///
/// ```toml
/// [plugins.llm.client]
/// hosts = ["api.example.com", "*.example.org:8443", "http://models.internal:11434"]
/// private = ["10.1.0.0/16"]
/// ```
public struct ClientGrant: Sendable, Equatable {
    /// The interface that it restricts.
    static let interface = "hearth.client/1"

    /// The destinations.
    public let hosts: [Destination]
    /// Networks that are not public and may be called all the same.
    public let privateNetworks: [AddressNetwork]
    /// The line of the table, for messages.
    let line: Int?

    /// Destinations as the file has them.
    ///
    /// - Returns: nil when a text is malformed
    public init?(hosts: [String], privateNetworks: [String] = []) {
        let destinations = hosts.compactMap(Destination.init)
        let networks = privateNetworks.compactMap(AddressNetwork.init)
        guard destinations.count == hosts.count, networks.count == privateNetworks.count else { return nil }
        self.hosts = destinations
        self.privateNetworks = networks
        line = nil
    }

    init(_ reader: inout TableReader) {
        reader.allow(only: ["hosts", "private"])
        hosts = (reader.texts("hosts", expected: Destination.expected) { Destination($0) != nil } ?? [])
            .compactMap { Destination($0.text) }
        privateNetworks =
            (reader.texts("private", expected: "a network such as \"10.1.0.0/16\"") { AddressNetwork($0) != nil } ?? [])
            .compactMap { AddressNetwork($0.text) }
        line = reader.table.line
    }

    /// Whether a destination is granted by name.
    public func allows(scheme: String, host: String, port: Int) -> Bool {
        hosts.contains { $0.matches(scheme: scheme, host: host, port: port) }
    }

    /// Whether an address may be connected to: a public one, or one of a granted network.
    public func allows(_ address: IPAddress) -> Bool {
        address.isPublic || privateNetworks.contains { $0.contains(address) }
    }
}

/// An origin, or many: `api.example.com`, `*.example.com:8443`, `http://localhost:11434`, `*:*`.
public struct Destination: Sendable, Equatable {
    private enum Name: Sendable, Equatable {
        case any
        case below(String)
        case exactly(String)
    }

    private let scheme: String
    private let name: Name
    /// nil for any.
    private let port: Int?

    static let expected = "a host such as \"api.example.com\", \"*.example.com:8443\" or \"http://localhost:8080\""

    /// Reads a text: HTTPS unless it says `http://`, the port of the scheme unless it names one, `*` for all hosts or all ports.
    ///
    /// - Returns: nil when it is malformed
    public init?(_ text: String) {
        var rest = text[...]
        scheme = rest.hasPrefix("http://") ? "http" : "https"
        for prefix in ["http://", "https://"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        let host: Substring
        let tail: Substring
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            guard host.contains(":"), IPAddress(host) != nil else { return nil }
            tail = rest[rest.index(after: end)...]
        } else {
            host = rest.prefix { $0 != ":" }
            tail = rest.dropFirst(host.count)
        }
        switch tail {
        case "": port = scheme == "http" ? 80 : 443
        case ":*": port = nil
        default:
            guard tail.hasPrefix(":"), let number = Int(tail.dropFirst()), (1...65535).contains(number) else { return nil }
            port = number
        }
        if host == "*" {
            name = .any
        } else if host.hasPrefix("*.") {
            guard let domain = Self.normalized(host.dropFirst(2)) else { return nil }
            name = .below("." + domain)
        } else {
            guard let host = Self.normalized(host) else { return nil }
            name = .exactly(host)
        }
    }

    /// A host in the form in which hosts are compared: lower case, without the dot at the end.
    ///
    /// - Returns: nil for what no host is called; names beyond ASCII have to be given as `xn--…`
    public static func normalized(_ host: some StringProtocol) -> String? {
        var text = host.lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        let isRight = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._:".utf8.contains(byte)
        }
        return isRight && !text.isEmpty && !text.hasPrefix(".") && text.utf8.count <= 253 ? text : nil
    }

    func matches(scheme: String, host: String, port: Int) -> Bool {
        guard scheme == self.scheme, self.port == nil || self.port == port else { return false }
        return switch name {
        case .any: true
        case .below(let domain): host.hasSuffix(domain)
        case .exactly(let name): name == host
        }
    }
}
