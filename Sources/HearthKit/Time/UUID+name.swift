extension UUID {
    /// The identifier that a name has inside a namespace: the same one each time (version 5 of RFC 9562). For what has no
    /// identifier of its own and must be recognised again.
    ///
    /// - Parameters:
    ///   - name: Unique in the namespace.
    ///   - namespace: Any identifier, such as that of the user whom it belongs to.
    public init(named name: String, in namespace: UUID) {
        let digest = SHA1.digest(of: namespace.withBytes { Array($0) } + Array(name.utf8))
        let high = UInt64(digest.0) << 32 | UInt64(digest.1)
        let low = UInt64(digest.2) << 32 | UInt64(digest.3)
        self.init(high: high & ~0xF000 | 0x5000, low: low & ~(0b11 << 62) | 0b10 << 62)
    }
}

/// The digest by which version 5 is defined. It protects nothing here.
private enum SHA1 {
    typealias Digest = (UInt32, UInt32, UInt32, UInt32, UInt32)

    static func digest(of message: [UInt8]) -> Digest {
        var bytes = message + [0x80]
        bytes.append(contentsOf: repeatElement(0, count: (120 - bytes.count % 64) % 64))
        withUnsafeBytes(of: (UInt64(message.count) * 8).bigEndian) { bytes.append(contentsOf: $0) }
        var state: Digest = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)
        for start in stride(from: 0, to: bytes.count, by: 64) { absorb(bytes[start..<start + 64], into: &state) }
        return state
    }

    private static func absorb(_ block: ArraySlice<UInt8>, into state: inout Digest) {
        var words: [UInt32] = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            block[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<80 {
            words.append(rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], by: 1))
        }
        var (a, b, c, d, e) = state
        for (index, word) in words.enumerated() {
            let (mix, constant): (UInt32, UInt32) =
                switch index {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotate(a, by: 5) &+ mix &+ e &+ constant &+ word
            (a, b, c, d, e) = (next, a, rotate(b, by: 30), c, d)
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }

    private static func rotate(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}
