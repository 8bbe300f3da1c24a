import Glibc

/// A `numeric` in binary form: a number with any number of digits, such as the sum of a `bigint` column.
struct PostgresNumeric {
    private let digits: UnsafeRawBufferPointer
    private let count: Int
    /// The power of 10,000 of the first digit.
    private let weight: Int
    private let sign: UInt16

    /// nil when the bytes are not such a number.
    init?(_ bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> Int16 { Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)) }
        guard bytes.count >= 8, word(0) >= 0, bytes.count >= 8 + Int(word(0)) * 2 else { return nil }
        count = Int(word(0))
        weight = Int(word(1))
        sign = UInt16(bitPattern: word(2))
        digits = UnsafeRawBufferPointer(rebasing: bytes[8...])
    }

    private func digit(_ index: Int) -> Int64 {
        guard index < count else { return 0 }
        return Int64(UInt16(bigEndian: digits.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
    }

    private var isNegative: Bool { sign == 0x4000 }
    private var isFinite: Bool { sign == 0 || sign == 0x4000 }

    /// The whole number; nil when it has a fraction or does not fit.
    var integer: Int64? {
        guard isFinite, weight < 6 else { return nil }
        for index in 0..<count where index > weight && digit(index) != 0 { return nil }
        var result: Int64 = 0
        for index in 0..<max(0, weight + 1) {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10_000)
            // Towards the negative side, which has one number more.
            let (sum, overflow2) = product.subtractingReportingOverflow(digit(index))
            guard !overflow, !overflow2 else { return nil }
            result = sum
        }
        guard !isNegative else { return result }
        let (positive, overflow) = Int64(0).subtractingReportingOverflow(result)
        return overflow ? nil : positive
    }

    /// The nearest number; nil when there is none.
    var double: Double? {
        guard isFinite else { return nil }
        var text = isNegative ? "-0" : "0"
        for index in 0..<count {
            let digits = String(digit(index))
            text += String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }
        return Double(text + "e\((weight - count + 1) * 4)")
    }
}
