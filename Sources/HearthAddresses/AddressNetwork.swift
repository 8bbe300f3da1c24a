/// The addresses that begin with the same bits: `10.0.0.0/8`, or one address alone.
public struct AddressNetwork: Hashable, Sendable {
    private let address: IPAddress
    private let length: Int

    /// Reads a text.
    ///
    /// - Returns: nil when the text is neither an address nor a network
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        let most = address.bytes.count * 8
        guard let length = parts.count == 1 ? most : Int(parts[1]), (0...most).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Whether an address begins with these bits.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let (whole, rest) = length.quotientAndRemainder(dividingBy: 8)
        guard address.bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        return rest == 0 || (address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest) == 0
    }
}
