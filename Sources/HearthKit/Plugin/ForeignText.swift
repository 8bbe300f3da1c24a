import CHearth

/// Texts collected in one piece of memory, to be lent to a call of the host together.
struct ForeignText {
    private var bytes: [UInt8] = []

    /// How many bytes there are.
    var count: Int { bytes.count }

    /// Adds bytes.
    mutating func append(_ data: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: data) }

    /// Adds a text; the answer tells where it will lie.
    mutating func append(_ text: String) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        return start..<bytes.count
    }

    /// Adds bytes; the answer tells where they will lie.
    mutating func append(_ data: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: data)
        return start..<bytes.count
    }

    /// Lends the memory.
    func withBase<R>(_ body: (UnsafePointer<UInt8>?) throws -> R) rethrows -> R {
        try bytes.withUnsafeBufferPointer { try body($0.baseAddress) }
    }

    static func string(at range: Range<Int>, _ base: UnsafePointer<UInt8>?) -> hearth_string {
        hearth_string(
            data: UnsafeRawPointer(base.map { $0 + range.lowerBound })?.assumingMemoryBound(to: CChar.self),
            length: UInt64(range.count))
    }

    static func bytes(at range: Range<Int>, _ base: UnsafePointer<UInt8>?) -> hearth_bytes {
        hearth_bytes(data: base.map { $0 + range.lowerBound }, length: UInt64(range.count))
    }
}
