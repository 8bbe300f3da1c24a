#if canImport(Glibc)
    import Glibc
#endif

/// An IP address. An IPv4 address that stands in an IPv6 one (`::ffff:10.0.0.7`, which sockets for both give) is the former.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16, in network order.
    public let bytes: [UInt8]

    /// Reads an address without port and brackets.
    public init?(_ text: some StringProtocol) {
        var v4 = in_addr()
        var v6 = in6_addr()
        let text = String(text)
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            let all = withUnsafeBytes(of: v6) { Array($0) }
            let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    /// The address as one writes it.
    public var text: String {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress, inet_ntop(family, bytes, start, socklen_t(buffer.count)) != nil else {
                return ""
            }
            return String(cString: start)
        }
    }
}
