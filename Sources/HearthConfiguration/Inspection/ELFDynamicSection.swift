/// What the dynamic linker is told: the libraries that are needed and the symbols.
struct ELFDynamicSection {
    enum Tag: UInt64 {
        case needed = 1
        case hash = 4
        case strings = 5
        case symbols = 6
        case stringsSize = 10
        case initialiser = 12
        case soname = 14
        case rPath = 15
        case initArraySize = 27
        case runPath = 29
        case gnuHash = 0x6FFF_FEF5
        case flags1 = 0x6FFF_FFFB
    }

    private let reader: ELFReader
    private let segments: ELFSegments
    private let entries: [(tag: UInt64, value: UInt64)]
    /// Where in the file the names are.
    private let names: Range<UInt64>

    init(_ reader: ELFReader, _ segments: ELFSegments) throws(ELFError) {
        guard let segment = segments.segments.first(where: { $0.kind == ELFSegments.dynamic }) else {
            throw ELFError("it has no dynamic section, so it is not a shared library")
        }
        let what = "the dynamic section"
        let end = try segment.offset.adding(segment.size, what)
        guard end <= UInt64(reader.bytes.count) else { throw ELFError("\(what) lies outside of the file") }
        var entries: [(tag: UInt64, value: UInt64)] = []
        var position = segment.offset
        while position < end, end - position >= 16 {
            let tag = try reader.number(UInt64.self, at: position, what)
            if tag == 0 { break }
            entries.append((tag, try reader.number(UInt64.self, at: position + 8, what)))
            position += 16
        }
        func value(_ tag: Tag, _ missing: String) throws(ELFError) -> UInt64 {
            guard let entry = entries.first(where: { $0.tag == tag.rawValue }) else { throw ELFError(missing) }
            return entry.value
        }
        let missing = "it has no table of names"
        let start = try segments.offset(of: value(.strings, missing), "the table of names")
        let limit = try start.adding(value(.stringsSize, missing), "the table of names")
        guard limit <= UInt64(reader.bytes.count) else { throw ELFError("the table of names lies outside of the file") }
        names = start..<limit
        self.reader = reader
        self.segments = segments
        self.entries = entries
    }

    /// The value of the first entry with a tag.
    subscript(tag: Tag) -> UInt64? {
        entries.first { $0.tag == tag.rawValue }?.value
    }

    /// The names that entries with a tag refer to.
    func names(_ tag: Tag) throws(ELFError) -> [String] {
        var found: [String] = []
        for entry in entries where entry.tag == tag.rawValue {
            found.append(try name(entry.value))
        }
        return found
    }

    /// The symbols that other code can bind to, sorted.
    func exports() throws(ELFError) -> [String] {
        guard let address = self[.symbols] else { throw ELFError("it has no table of symbols") }
        let what = "the table of symbols"
        let table = try segments.offset(of: address, what)
        var exports: Set<String> = []
        for index in 0..<(try symbolCount()) {
            let start = try table.adding(UInt64(index) * 24, what)
            let nameOffset = UInt64(try reader.number(UInt32.self, at: start, what))
            let info = try reader.number(UInt8.self, at: start.adding(4, what), what)
            let other = try reader.number(UInt8.self, at: start.adding(5, what), what)
            let section = try reader.number(UInt16.self, at: start.adding(6, what), what)
            let isGlobal = [1, 2, 10].contains(info >> 4)  // global, weak, unique
            let isVisible = [0, 3].contains(other & 3)  // default, protected
            // 0 is undefined; 0xFFF1 is absolute: names of versions, not code or data.
            if isGlobal, isVisible, section != 0, section != 0xFFF1 { exports.insert(try name(nameOffset)) }
        }
        return exports.sorted()
    }

    private func name(_ offset: UInt64) throws(ELFError) -> String {
        try reader.name(at: names.lowerBound.adding(offset, "a name"), before: names.upperBound, "a name")
    }

    /// How many symbols there are: nothing says so but the hash tables.
    private func symbolCount() throws(ELFError) -> UInt32 {
        if let address = self[.hash] {
            let what = "the hash table"
            return try reader.number(UInt32.self, at: segments.offset(of: address, what).adding(4, what), what)
        }
        guard let address = self[.gnuHash] else { throw ELFError("it has no hash table of symbols") }
        let what = "the hash table"
        let start = try segments.offset(of: address, what)
        let bucketCount = UInt64(try reader.number(UInt32.self, at: start, what))
        let first = try reader.number(UInt32.self, at: start.adding(4, what), what)
        let bloomWords = UInt64(try reader.number(UInt32.self, at: start.adding(8, what), what))
        let buckets = try start.adding(16 + bloomWords * 8, what)
        let chains = try buckets.adding(bucketCount * 4, what)
        var last: UInt32 = 0
        for bucket in 0..<bucketCount {
            last = max(last, try reader.number(UInt32.self, at: buckets.adding(bucket * 4, what), what))
        }
        guard last >= first else { return first }
        // The last chain ends where the lowest bit is set.
        while true {
            let link = try chains.adding(UInt64(last - first) * 4, what)
            let hash = try reader.number(UInt32.self, at: link, what)
            let (next, overflow) = last.addingReportingOverflow(1)
            if overflow { throw ELFError("\(what) has no end") }
            if hash & 1 == 1 { return next }
            last = next
        }
    }
}
