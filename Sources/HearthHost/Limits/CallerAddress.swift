#if canImport(Glibc)
    import Glibc
#endif

/// Whose requests are counted together when nobody is authenticated.
enum CallerAddress {
    /// The text by which an address is counted: itself, or the first 64 bits of an IPv6 address, since whoever has one has all
    /// the addresses that begin with them.
    ///
    /// - Parameter address: nil on a Unix socket, where all are one
    static func counted(_ address: String?) -> String {
        guard let address else { return "local" }
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        var parsed = in6_addr()
        guard inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        let bytes = withUnsafeBytes(of: parsed) { Array($0) }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        let groups = stride(from: 0, to: 8, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }
}
