/// Reads numbers and names from the bytes of an ELF file, each within bounds: the file is somebody else's.
struct ELFReader {
    let bytes: [UInt8]

    /// The little-endian number of a width at an offset.
    func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type, at offset: UInt64, _ what: String
    ) throws(ELFError) -> Number {
        let width = UInt64(MemoryLayout<Number>.size)
        guard offset <= UInt64(bytes.count), UInt64(bytes.count) - offset >= width else {
            throw ELFError("the file ends within \(what), at byte \(bytes.count)")
        }
        let start = Int(offset)
        return bytes[start..<start + Int(width)].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// The NUL-terminated name at an offset, which must end before a limit.
    func name(at offset: UInt64, before limit: UInt64, _ what: String) throws(ELFError) -> String {
        guard offset < limit, limit <= UInt64(bytes.count) else {
            throw ELFError("\(what) lies outside of its table")
        }
        let rest = bytes[Int(offset)..<Int(limit)]
        guard let end = rest.firstIndex(of: 0) else { throw ELFError("\(what) has no end") }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}

/// Why a file cannot be read as a library.
public struct ELFError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension UInt64 {
    /// A sum of numbers from the file, which may be anything.
    func adding(_ other: UInt64, _ what: String) throws(ELFError) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        if overflow { throw ELFError("\(what) lies outside of the file") }
        return sum
    }
}
