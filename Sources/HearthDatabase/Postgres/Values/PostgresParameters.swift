import Glibc

/// The parameters of one statement in the form of the protocol: binary wherever the type has a form that we know. The memory is
/// used again for the next statement.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    /// Where each value begins; -1 for null.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Takes values that fit their types.
    mutating func encode(_ values: [DatabaseValue], as types: [UInt32]) {
        bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
        // So that there is memory even when all values are empty.
        bytes.append(0)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for index in values.indices {
            let start = bytes.count
            switch values[index] {
            case .null:
                offsets.append(-1)
                lengths.append(0)
                formats.append(1)
                continue
            case .list(let elements):
                append(elements, element: PostgresType.element(of: types[index]) ?? PostgresType.text)
                formats.append(1)
            default:
                formats.append(append(values[index], as: types[index]) ? 1 : 0)
            }
            offsets.append(start)
            lengths.append(Int32(clamping: bytes.count - start))
        }
    }

    /// Lends the values in the form that libpq takes.
    mutating func lend(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        guard !offsets.isEmpty else { return body(0, nil, nil, nil) }
        pointers.removeAll(keepingCapacity: true)
        return bytes.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            for offset in offsets { pointers.append(offset < 0 ? nil : base.map { $0 + offset }) }
            return pointers.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(values.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    // MARK: Values

    /// Appends a value; tells whether in binary form.
    private mutating func append(_ value: DatabaseValue, as type: UInt32) -> Bool {
        switch value {
        case .boolean(let flag): return append(flag ? 1 : 0, as: type)
        case .integer(let number): return append(number, as: type)
        case .double(let number):
            switch type {
            case PostgresType.float8: append(number.bitPattern)
            case PostgresType.float4: append(Float(number).bitPattern)
            case PostgresType.numeric: return appendText(number.description)
            default: return append(Int64(number), as: type)
            }
        case .text(let text), .json(let text):
            if type == PostgresType.jsonb { bytes.append(1) }
            var text = text
            text.withUTF8 { bytes.append(contentsOf: $0) }
        case .bytes(let data): bytes.append(contentsOf: data)
        case .uuid(let uuid): uuid.withBytes { bytes.append(contentsOf: $0) }
        case .timestamp(let number): append(UInt64(bitPattern: number &- PostgresType.epochMicroseconds))
        case .date(let days): append(UInt32(bitPattern: Int32(truncatingIfNeeded: Int64(days) - PostgresType.epochDays)))
        case .time(let number): append(UInt64(bitPattern: number))
        case .null, .list: break
        }
        return true
    }

    private mutating func append(_ number: Int64, as type: UInt32) -> Bool {
        switch type {
        case PostgresType.int4, PostgresType.oid: append(UInt32(truncatingIfNeeded: number))
        case PostgresType.int2: append(UInt16(truncatingIfNeeded: number))
        case PostgresType.boolean: bytes.append(number == 0 ? 0 : 1)
        case PostgresType.float8: append(Double(number).bitPattern)
        case PostgresType.float4: append(Float(number).bitPattern)
        case PostgresType.numeric: return appendText(String(number))
        default: append(UInt64(bitPattern: number))
        }
        return true
    }

    private mutating func appendText(_ text: String) -> Bool {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        return false
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// An array of one dimension. What cannot be equal to any value of the type is left out.
    private mutating func append(_ elements: [DatabaseValue], element type: UInt32) {
        append(UInt32(elements.isEmpty ? 0 : 1))
        append(UInt32(0))
        append(type)
        guard !elements.isEmpty else { return }
        let count = bytes.count
        append(UInt32(0))
        append(UInt32(1))
        var number: UInt32 = 0
        for element in elements where PostgresFit.isRepresentable(element, as: type) {
            let length = bytes.count
            append(UInt32(0))
            _ = append(element, as: type)
            set(UInt32(bytes.count - length - 4), at: length)
            number += 1
        }
        set(number, at: count)
    }

    private mutating func set(_ number: UInt32, at offset: Int) {
        withUnsafeBytes(of: number.bigEndian) { source in
            for index in 0..<4 { bytes[offset + index] = source[index] }
        }
    }
}
