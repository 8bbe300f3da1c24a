/// Counts of bytes as people write them: with K, M or G for powers of 1024.
enum ByteSize {
    private static let units: [(suffix: String, factor: Int)] = [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]

    /// Reads a text such as `512K`, `10M` or `1000`; nil when it is none, or larger than any number.
    static func parse(_ text: String) -> Int? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        guard let number = Int(unit == nil ? text : String(text.dropLast())) else { return nil }
        let (size, overflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
        return overflow ? nil : size
    }

    /// The shortest exact text.
    static func show(_ size: Int) -> String {
        units.first { size > 0 && size % $0.factor == 0 }.map { "\(size / $0.factor)\($0.suffix)" } ?? "\(size)"
    }
}
