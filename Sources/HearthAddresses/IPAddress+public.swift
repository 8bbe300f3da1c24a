extension IPAddress {
    /// Whether anybody on the internet may have this address. Everything that is set aside is not public: private networks,
    /// the machine itself, links (cloud metadata among them), multicast, documentation, and what wraps an IPv4 address.
    public var isPublic: Bool {
        if bytes.count == 4 { return !Self.reserved.contains { $0.contains(self) } }
        // Of IPv6 only this part is handed out to anybody.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        return !Self.reservedWithin.contains { $0.contains(self) }
    }

    /// IANA's registry of special-purpose IPv4 addresses, multicast and the class that nobody uses.
    private static let reserved = networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4")

    /// The same for IPv6: protocols (Teredo among them), documentation, 6to4.
    private static let reservedWithin = networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func networks(_ texts: String...) -> [AddressNetwork] { texts.compactMap(AddressNetwork.init) }
}
