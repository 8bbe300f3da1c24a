import HearthAddresses

/// Where a Redis is, from a URL `redis://[USER][:PASSWORD@]HOST[:PORT][/DATABASE]`.
public struct RedisAddress: Sendable, Equatable {
    /// Name or address of the machine.
    public var host: String
    /// TCP port.
    public var port: Int
    /// The user of Redis 6 and later; nil for the default one.
    public var user: String?
    /// The password; nil when none is asked for.
    public var password: String?
    /// The number of the database.
    public var database: Int

    /// Reads a URL.
    ///
    /// - Throws: `CacheError` `refused` that says what is wrong, without the password
    public init(_ url: String) throws(CacheError) {
        guard !url.hasPrefix("rediss://") else {
            throw CacheError(
                .refused,
                "rediss:// cannot be served: the client library hiredis 0.14 has no TLS. Use redis:// on a private network, "
                    + "or a TLS tunnel such as stunnel on this machine")
        }
        let scheme = "redis://"
        guard url.hasPrefix(scheme) else { throw Self.malformed }
        var rest = url.dropFirst(scheme.count)
        user = nil
        password = nil
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = PercentEncoding.decode(parts[0], allowsNUL: true),
                let secret = PercentEncoding.decode(parts[1], allowsNUL: true), !secret.isEmpty
            else { throw Self.malformed }
            user = name.isEmpty ? nil : name
            password = secret
            rest = rest[rest.index(after: at)...]
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let number = parts.count == 2 ? parts[1] : ""
        guard let database = number.isEmpty ? 0 : Int(number), (0..<1_000_000).contains(database) else { throw Self.malformed }
        self.database = database
        var authority = parts.first ?? ""
        var portText: Substring = "6379"
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw Self.malformed }
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw Self.malformed }
            if !after.isEmpty { portText = after.dropFirst() }
            authority = authority[authority.index(after: authority.startIndex)..<end]
        } else if let colon = authority.lastIndex(of: ":") {
            portText = authority[authority.index(after: colon)...]
            authority = authority[..<colon]
        }
        guard !authority.isEmpty, let port = Int(portText), (1...65_535).contains(port) else { throw Self.malformed }
        host = String(authority)
        self.port = port
    }

    private static let malformed = CacheError(
        .refused,
        "expected redis://HOST:PORT, with a user, a password and the number of a database where needed: "
            + "redis://USER:PASSWORD@HOST:6379/0")
}

extension RedisAddress: CustomStringConvertible {
    /// Without the password.
    public var description: String { "redis://\(host):\(port)/\(database)" }
}
