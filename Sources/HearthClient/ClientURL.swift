import FoundationEssentials
import HearthAddresses
import HearthConfiguration

/// An absolute `http` or `https` URL, cut into what is compared and what is sent. Everything that follows works with the
/// parts, so no second parser can read another host in it.
public struct ClientURL: Sendable, Equatable {
    /// `http` or `https`.
    public let scheme: String
    /// In lower case, without brackets.
    public let host: String
    /// The one that it names, or that of the scheme.
    public let port: Int
    /// Path and query, percent-encoded; begins with a slash.
    public let target: String

    /// Reads a URL; the fragment is dropped.
    ///
    /// - Throws: ``ClientError`` of kind `invalid`: a user name in it counts as a mistake, since it would end up in logs
    public init(_ text: String) throws(ClientError) {
        try self.init(text, relativeTo: nil)
    }

    /// Reads the target of a redirect.
    init(_ text: String, relativeTo base: ClientURL?) throws(ClientError) {
        guard text.utf8.count <= 8 << 10, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let url = URL(string: text, relativeTo: base.flatMap { URL(string: $0.text) })?.absoluteURL
        else { throw ClientError(.invalid, "this is not a URL, percent-encoded") }
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw ClientError(.invalid, "expected a URL with http or https")
        }
        guard url.user == nil, url.password == nil else {
            throw ClientError(.invalid, "a URL with a user name is not taken: send an Authorization field")
        }
        var host = url.host(percentEncoded: true) ?? ""
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let host = Destination.normalized(host), (1...65535).contains(url.port ?? 1) else {
            throw ClientError(.invalid, "expected a URL with a host in ASCII")
        }
        guard !host.contains(":") || IPAddress(host) != nil else {
            throw ClientError(.invalid, "\(host) is not an address")
        }
        let path = url.path(percentEncoded: true)
        self.scheme = scheme
        self.host = host
        port = url.port ?? (scheme == "http" ? 80 : 443)
        target = (path.hasPrefix("/") ? path : "/" + path) + (url.query(percentEncoded: true).map { "?" + $0 } ?? "")
    }

    /// Host and port as the Host field has them.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == "http" ? 80 : 443) ? name : "\(name):\(port)"
    }

    /// Scheme, host and port: what a redirect may not leave with credentials.
    public var origin: String { "\(scheme)://\(authority)" }

    /// The whole.
    public var text: String { origin + target }
}
