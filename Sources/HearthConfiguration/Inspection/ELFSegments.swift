/// The program headers: which parts of the file are mapped where.
struct ELFSegments {
    struct Segment {
        var kind: UInt32
        var offset: UInt64
        var address: UInt64
        var size: UInt64
    }

    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let note: UInt32 = 4

    let segments: [Segment]

    init(_ reader: ELFReader) throws(ELFError) {
        let table = try reader.number(UInt64.self, at: 32, "the ELF header")
        let width = try reader.number(UInt16.self, at: 54, "the ELF header")
        let count = try reader.number(UInt16.self, at: 56, "the ELF header")
        guard count > 0 else { throw ELFError("it has no program headers, so nothing of it can be loaded") }
        guard width >= 56 else { throw ELFError("program headers of \(width) bytes are too short") }
        var segments: [Segment] = []
        for index in 0..<UInt64(count) {
            let what = "program header \(index)"
            let start = try table.adding(index * UInt64(width), what)
            _ = try start.adding(56, what)
            segments.append(
                Segment(
                    kind: try reader.number(UInt32.self, at: start, what),
                    offset: try reader.number(UInt64.self, at: start + 8, what),
                    address: try reader.number(UInt64.self, at: start + 16, what),
                    size: try reader.number(UInt64.self, at: start + 32, what)))
        }
        for segment in segments where segment.kind == Self.load {
            let end = try segment.offset.adding(segment.size, "a segment")
            guard end <= UInt64(reader.bytes.count) else {
                throw ELFError("the file has \(reader.bytes.count) bytes, but a segment reaches to byte \(end): it is cut short")
            }
        }
        self.segments = segments
    }

    /// Where in the file an address of memory is.
    func offset(of address: UInt64, _ what: String) throws(ELFError) -> UInt64 {
        for segment in segments where segment.kind == Self.load && address >= segment.address {
            let distance = address - segment.address
            if distance < segment.size { return segment.offset + distance }
        }
        throw ELFError("\(what) lies in no segment")
    }

    /// The note that identifies the build.
    func buildID(_ reader: ELFReader) throws(ELFError) -> String? {
        for segment in segments where segment.kind == Self.note {
            let what = "a note"
            var position = segment.offset
            let end = try segment.offset.adding(segment.size, what)
            while position < end, end - position >= 12 {
                let nameSize = UInt64(try reader.number(UInt32.self, at: position, what))
                let size = UInt64(try reader.number(UInt32.self, at: position + 4, what))
                let kind = try reader.number(UInt32.self, at: position + 8, what)
                let name = try position.adding(12, what)
                let content = try name.adding((nameSize + 3) & ~3, what)
                let next = try content.adding((size + 3) & ~3, what)
                if kind == 3, nameSize == 4, try reader.number(UInt32.self, at: name, what) == 0x0055_4E47 {
                    var digits = ""
                    for offset in 0..<min(size, 64) {
                        let byte = try reader.number(UInt8.self, at: content.adding(offset, what), what)
                        digits += (byte < 16 ? "0" : "") + String(byte, radix: 16)
                    }
                    return digits
                }
                position = next
            }
        }
        return nil
    }
}
