import CCrypt

/// A stored hash in the form `$2b$12$` + 22 characters of salt + 31 of hash.
struct BcryptHash: Sendable, Equatable {
    /// The costs that configuration can set. A hash that asks for more would keep a thread busy for hours.
    static let costs = 4...20

    let text: String
    let cost: Int

    /// Reads a stored hash; nil when it is malformed, of another kind or of a cost that nobody sets.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Int(HEARTH_BCRYPT_SIZE) - 1, bytes[0] == UInt8(ascii: "$"), bytes[1] == UInt8(ascii: "2"),
            [UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "y")].contains(bytes[2]), bytes[3] == UInt8(ascii: "$"),
            bytes[4...5].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), bytes[6] == UInt8(ascii: "$"),
            bytes[7...].allSatisfy(Self.isRadix64)
        else { return nil }
        cost = Int(bytes[4] - UInt8(ascii: "0")) * 10 + Int(bytes[5] - UInt8(ascii: "0"))
        guard Self.costs.contains(cost) else { return nil }
        self.text = text
    }

    private init(placeholderOfCost cost: Int) {
        self.cost = cost
        text = "$2b$\(cost < 10 ? "0" : "")\(cost)$" + String(repeating: ".", count: 53)
    }

    /// A hash that belongs to no password, to compare with when there is no account: the time of a comparison depends on
    /// the cost alone.
    static func placeholder(cost: Int) -> BcryptHash { BcryptHash(placeholderOfCost: cost) }

    /// Whether two hashes are the same, in a time that does not tell how much of them is.
    func isSame(as other: String) -> Bool {
        guard text.utf8.count == other.utf8.count else { return false }
        return zip(text.utf8, other.utf8).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }

    private static func isRadix64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
