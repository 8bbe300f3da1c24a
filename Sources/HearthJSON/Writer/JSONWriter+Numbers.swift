extension JSONWriter {
    /// Writes a whole number.
    @inlinable public mutating func value(_ value: Int) { self.value(Int64(value)) }

    /// Writes a whole number.
    public mutating func value(_ value: Int64) {
        separate()
        reserve(20)
        if value < 0 { put(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    /// Writes a number: the shortest text that reads back the same, with `.0` for whole ones; null for what JSON cannot say.
    public mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        raw(value.description)
    }

    private mutating func digits(_ value: UInt64) {
        var value = value
        var length = 1
        var bound: UInt64 = 10
        while value >= bound {
            length += 1
            if length == 20 { break }
            bound *= 10
        }
        for position in stride(from: used + length - 1, through: used, by: -1) {
            base[position] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
        used += length
    }

    /// Writes a number below 10 to the power of `width`, with leading zeros.
    private mutating func padded(_ value: Int, _ width: Int) {
        var value = value
        for position in stride(from: used + width - 1, through: used, by: -1) {
            base[position] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
        used += width
    }

    /// Writes a UUID from its 16 bytes.
    public mutating func uuid(_ bytes: UnsafeRawBufferPointer) {
        separate()
        reserve(38)
        put(UInt8(ascii: "\""))
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { put(UInt8(ascii: "-")) }
            hexadecimal(byte)
        }
        put(UInt8(ascii: "\""))
    }

    /// Writes an instant as `2026-11-20T21:51:38.908149Z`.
    ///
    /// - Parameter microseconds: since 1970-01-01 00:00 UTC
    public mutating func timestamp(_ microseconds: Int64) {
        separate()
        reserve(40)
        put(UInt8(ascii: "\""))
        let (days, rest) = Self.divide(microseconds, by: 86_400_000_000)
        calendarDay(days)
        put(UInt8(ascii: "T"))
        clockTime(rest)
        put(UInt8(ascii: "."))
        padded(Int(rest % 1_000_000), 6)
        put(UInt8(ascii: "Z"))
        put(UInt8(ascii: "\""))
    }

    /// Writes a day as `2026-11-20`.
    ///
    /// - Parameter days: since 1970-01-01
    public mutating func date(_ days: Int32) {
        separate()
        reserve(24)
        put(UInt8(ascii: "\""))
        calendarDay(Int64(days))
        put(UInt8(ascii: "\""))
    }

    /// Writes a time of the day as `07:30:00`, with a fraction of a second only when there is one.
    ///
    /// - Parameter microseconds: since midnight
    public mutating func time(_ microseconds: Int64) {
        separate()
        reserve(24)
        put(UInt8(ascii: "\""))
        clockTime(microseconds)
        let fraction = Int(microseconds % 1_000_000)
        if fraction != 0 {
            put(UInt8(ascii: "."))
            padded(fraction, 6)
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func clockTime(_ microseconds: Int64) {
        let seconds = Int(microseconds / 1_000_000)
        padded(seconds / 3600 % 24, 2)
        put(UInt8(ascii: ":"))
        padded(seconds / 60 % 60, 2)
        put(UInt8(ascii: ":"))
        padded(seconds % 60, 2)
    }

    /// Civil from days, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private mutating func calendarDay(_ days: Int64) {
        let (era, dayOfEra) = Self.divide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        // Years beyond four digits have no place in the format.
        padded(Int(min(max(year, 0), 9999)), 4)
        put(UInt8(ascii: "-"))
        padded(Int(month), 2)
        put(UInt8(ascii: "-"))
        padded(Int(dayOfYear - (153 * shifted + 2) / 5 + 1), 2)
    }

    /// Division that rounds down, with a remainder that is never negative.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
