extension JSONWriter {
    /// Writes a whole number.
    @inlinable public mutating func value(_ value: Int) { self.value(Int64(value)) }

    /// Writes a whole number.
    public mutating func value(_ value: Int64) {
        prepare(20)
        if value < 0 { put(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    /// Writes a number: the shortest text that reads back the same, with `.0` for whole ones; null for what JSON cannot say.
    public mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        raw(value.description)
    }

    /// `00` to `99`: a division by 100 then gives two digits.
    private static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819\
        2021222324252627282930313233343536373839\
        4041424344454647484950515253545556575859\
        6061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899
        """
    }

    private mutating func digits(_ value: UInt64) {
        if value < 10 { return put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        var length = 2
        var bound: UInt64 = 100
        while length < 20, value >= bound {
            length += 1
            bound &*= 10
        }
        var value = value
        var position = used + length
        used = position
        let pairs = Self.pairs.utf8Start
        while value >= 100 {
            let (quotient, pair) = value.quotientAndRemainder(dividingBy: 100)
            position -= 2
            (base + position).update(from: pairs + Int(pair) * 2, count: 2)
            value = quotient
        }
        if value >= 10 {
            (base + position - 2).update(from: pairs + Int(value) * 2, count: 2)
        } else {
            base[position - 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)
        }
    }

    /// Writes two digits of a number from 0 to 99.
    @inline(__always) private mutating func pair(_ value: UInt32) { put(Self.pairs.utf8Start + Int(value) * 2, 2) }

    private mutating func fraction(_ microseconds: UInt32) {
        put(UInt8(ascii: "."))
        pair(microseconds / 10_000)
        pair(microseconds / 100 % 100)
        pair(microseconds % 100)
    }

    /// Writes a UUID from its 16 bytes.
    public mutating func uuid(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 16, "a UUID has 16 bytes")
        prepare(38)
        let digits: StaticString = "0123456789abcdef"
        let table = digits.utf8Start
        var end = base + used
        end.pointee = UInt8(ascii: "\"")
        end += 1
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                end.pointee = UInt8(ascii: "-")
                end += 1
            }
            let byte = bytes[index]
            end[0] = table[Int(byte >> 4)]
            end[1] = table[Int(byte & 15)]
            end += 2
        }
        end.pointee = UInt8(ascii: "\"")
        used += 38
    }

    /// Writes an instant as `2026-11-20T21:51:38.908149Z`.
    ///
    /// - Parameter microseconds: since 1970-01-01 00:00 UTC
    public mutating func timestamp(_ microseconds: Int64) {
        prepare(29)
        put(UInt8(ascii: "\""))
        let (days, rest) = Self.divide(microseconds, by: 86_400_000_000)
        calendarDay(days)
        put(UInt8(ascii: "T"))
        clockTime(rest)
        fraction(UInt32(rest % 1_000_000))
        put(UInt8(ascii: "Z"))
        put(UInt8(ascii: "\""))
    }

    /// Writes a day as `2026-11-20`.
    ///
    /// - Parameter days: since 1970-01-01
    public mutating func date(_ days: Int32) {
        prepare(12)
        put(UInt8(ascii: "\""))
        calendarDay(Int64(days))
        put(UInt8(ascii: "\""))
    }

    /// Writes a time of the day as `07:30:00`, with a fraction of a second only when there is one.
    ///
    /// - Parameter microseconds: since midnight
    public mutating func time(_ microseconds: Int64) {
        prepare(17)
        put(UInt8(ascii: "\""))
        let (_, timeOfDay) = Self.divide(microseconds, by: 86_400_000_000)
        clockTime(timeOfDay)
        if timeOfDay % 1_000_000 != 0 { fraction(UInt32(timeOfDay % 1_000_000)) }
        put(UInt8(ascii: "\""))
    }

    private mutating func clockTime(_ microseconds: Int64) {
        let seconds = UInt32(microseconds / 1_000_000)
        pair(seconds / 3600)
        put(UInt8(ascii: ":"))
        pair(seconds / 60 % 60)
        put(UInt8(ascii: ":"))
        pair(seconds % 60)
    }

    /// Civil from days, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private mutating func calendarDay(_ days: Int64) {
        // Years beyond four digits have no place in the format; what is left fits 32 bits, in which division is cheaper.
        let sinceYear0 = UInt32(truncatingIfNeeded: min(max(days, -719_468), 2_932_896) + 719_468)
        let (era, dayOfEra) = sinceYear0.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        pair(year / 100)
        pair(year % 100)
        put(UInt8(ascii: "-"))
        pair(month)
        put(UInt8(ascii: "-"))
        pair(dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Division that rounds down, with a remainder that is never negative.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
