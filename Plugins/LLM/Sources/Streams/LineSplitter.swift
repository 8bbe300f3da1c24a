/// Takes bytes as the network cuts them and gives whole lines. Ends of lines are `\n`, `\r\n` and `\r`, also when they are cut in
/// two; text is decoded by line, so that a character may be cut too.
struct LineSplitter: StreamSplitter {
    /// A line is longer than allowed: nobody's stream is.
    struct TooLong: Error {}

    private let limit: Int
    private var line: [UInt8] = []
    private var endedWithReturn = false

    /// - Parameter limit: The most bytes of a line.
    init(limit: Int = 1 << 20) { self.limit = limit }

    /// Gives lines without their ends.
    mutating func take(_ bytes: [UInt8]) throws(TooLong) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endedWithReturn: endedWithReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endedWithReturn = byte == UInt8(ascii: "\r")
                lines.append(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            default:
                endedWithReturn = false
                guard line.count < limit else { throw TooLong() }
                line.append(byte)
            }
        }
        return lines
    }

    /// Gives what came after the last end of a line.
    mutating func finish() -> String? {
        defer { line = [] }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
