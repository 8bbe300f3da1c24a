/// `Range` with a single range; anything else is answered with the whole file, as the RFC allows.
enum ByteRange: Equatable {
    case whole
    case part(offset: Int, length: Int)
    case unsatisfiable

    /// - Parameters:
    ///   - value: the header field
    ///   - size: bytes of the whole
    init(_ value: String, size: Int) {
        self = .whole
        guard value.hasPrefix("bytes=") else { return }
        let range = value.dropFirst(6).trimmed
        guard !range.contains(","), let dash = range.firstIndex(of: "-") else { return }
        let (first, last) = (range[..<dash], range[range.index(after: dash)...])
        guard (first + last).utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        if first.isEmpty {
            guard let count = Int(last) else { return }
            self = count > 0 && size > 0 ? .part(offset: max(0, size - count), length: min(count, size)) : .unsatisfiable
            return
        }
        guard let start = Int(first) else { return }
        if !last.isEmpty {
            guard let end = Int(last), end >= start else { return }
            self = start < size ? .part(offset: start, length: min(end, size - 1) - start + 1) : .unsatisfiable
        } else {
            self = start < size ? .part(offset: start, length: size - start) : .unsatisfiable
        }
    }
}
