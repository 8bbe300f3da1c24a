import HearthJSON
import Testing

private func written(capacity: Int = 16, _ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter(capacity: capacity)
    body(&json)
    return json.text
}

struct JSONWriterTests {
    @Test func `commas stand where they belong`() {
        let text = written { json in
            json.beginObject()
            json.key("a")
            json.value(1)
            json.key("list")
            json.beginArray()
            json.value(true)
            json.null()
            json.beginArray()
            json.endArray()
            json.beginObject()
            json.endObject()
            json.value("x")
            json.endArray()
            json.key("o" + "ther")
            json.raw("[1, 2]")
            json.key("last")
            json.value(false)
            json.endObject()
        }
        #expect(text == #"{"a":1,"list":[true,null,[],{},"x"],"other":[1, 2],"last":false}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("exactly8", #""exactly8""#), ("q\"b\\", #""q\"b\\""#),
        ("\u{8}\t\n\u{c}\r\u{1}\u{1f}", #""\b\t\n\f\r\u0001\u001f""#), ("é😀\u{7f}/", "\"é😀\u{7f}/\""),
        ("1234567\"", #""1234567\"""#), ("12345678\\tail of the text", #""12345678\\tail of the text""#),
        ("\"\"\"\"\"\"\"\"\"\"", #""\"\"\"\"\"\"\"\"\"\"""#),
    ])
    func `a text is escaped where it must be and nowhere else`(text: String, expected: String) {
        #expect(written { $0.value(text) } == expected)
    }

    @Test func `each byte at each place of a word survives a round trip`() throws {
        for scalar in (0..<0x180).compactMap(UnicodeScalar.init) {
            for place in 0..<9 {
                let text = String(repeating: "a", count: place) + String(Character(scalar)) + "tail"
                #expect(try JSONValue(parsing: written { $0.value(text) }) == .string(text))
            }
        }
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (10, "10"), (99, "99"), (100, "100"), (-1, "-1"), (12345, "12345"), (1_000_000, "1000000"),
            (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func `whole numbers are written digit by digit`(number: Int64, expected: String) {
        #expect(written { $0.value(number) } == expected)
    }

    @Test func `every power of ten and its neighbours are written right`() {
        var power: Int64 = 1
        for _ in 0..<18 {
            power *= 10
            for number in [power - 1, power, power + 1, -power] { #expect(written { $0.value(number) } == "\(number)") }
        }
    }

    @Test(arguments: [
        (1.0, "1.0"), (0.1, "0.1"), (-2.5, "-2.5"), (1e300, "1e+300"), (.nan, "null"), (.infinity, "null"),
        (.leastNonzeroMagnitude, "5e-324"),
    ])
    func `a double is the shortest text that reads back the same`(number: Double, expected: String) throws {
        #expect(written { $0.value(number) } == expected)
        if number.isFinite { #expect(try JSONValue(parsing: expected) == .number(number)) }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1_795_211_498_908_149, "2026-11-20T21:51:38.908149Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_102_444_799_000_001, "2099-12-31T23:59:59.000001Z"), (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
        ] as [(Int64, String)])
    func `an instant has six digits of a second and a Z`(microseconds: Int64, expected: String) {
        #expect(written { $0.timestamp(microseconds) } == "\"\(expected)\"")
    }

    @Test func `the days of four centuries follow each other`() {
        var (year, month, day) = (1970, 1, 1)
        for days in 0..<Int32(146_097) {
            let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
            guard written({ $0.date(days) }) == "\"\(year)-\(two(month))-\(two(day))\"" else {
                Issue.record("day \(days) is not \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] { (month, day) = (month + 1, 1) }
            if month == 13 { (year, month) = (year + 1, 1) }
        }
    }

    @Test func `dates and times out of range do not crash`() {
        #expect(written { $0.date(-1) } == #""1969-12-31""#)
        #expect(written { $0.date(.min) } == #""0000-03-01""#)
        #expect(written { $0.date(.max) } == #""9999-12-31""#)
        #expect(written { $0.timestamp(.min) }.count == 29)
        #expect(written { $0.timestamp(.max) }.count == 29)
        #expect(written { $0.time(-1_000_000) } == #""23:59:59""#)
    }

    @Test func `a time has a fraction only when there is one`() {
        #expect(written { $0.time(25_200_000_000) } == #""07:00:00""#)
        #expect(written { $0.time(86_399_000_070) } == #""23:59:59.000070""#)
    }

    @Test func `a UUID is written in lower case`() {
        let bytes: [UInt8] = [
            0x01, 0x9A, 0xBC, 0xDE, 0xF0, 0x12, 0x7F, 0xFF, 0x80, 0, 1, 2, 3, 4, 5, 0xFF,
        ]
        #expect(bytes.withUnsafeBytes { bytes in written { $0.uuid(bytes) } } == #""019abcde-f012-7fff-8000-0102030405ff""#)
    }

    @Test func `memory of somebody else grows with what was written`() {
        var asked: [(used: Int, needed: Int)] = []
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
        defer { buffer.deallocate() }
        let long = String(repeating: "0123456789", count: 300)
        do {
            var json = JSONWriter(growing: { used, needed in
                asked.append((used, needed))
                let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: needed, alignment: 1)
                larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
                buffer.deallocate()
                buffer = larger
                return larger
            })
            json.beginArray()
            json.value("short")
            json.value(long)
            json.endArray()
            #expect(json.count == 3012)
            #expect(json.text == "[\"short\",\"\(long)\"]")
            #expect(json.withBytes { $0.baseAddress == UnsafeRawPointer(buffer.baseAddress) })
        }
        #expect(asked.first.map { $0.used == 0 && $0.needed == 512 } == true)
        #expect(asked.count == 2)
        #expect(asked.last?.used == 8)
    }

    @Test func `every kind of value fits whatever room is left`() {
        let uuid = [UInt8](repeating: 0xAB, count: 16)
        for fill in 0..<120 {
            let text = written { json in
                json.beginArray()
                json.value(String(repeating: "x", count: fill))
                json.timestamp(0)
                json.value(Int64.min)
                uuid.withUnsafeBytes { json.uuid($0) }
                json.time(1)
                json.date(0)
                json.value("\u{1}\u{2}\u{3}")
                json.value(0.1)
                json.null()
                json.value(false)
                json.endArray()
            }
            #expect(
                text == "[\"\(String(repeating: "x", count: fill))\",\"1970-01-01T00:00:00.000000Z\",-9223372036854775808,"
                    + "\"abababab-abab-abab-abab-abababababab\",\"00:00:00.000001\",\"1970-01-01\","
                    + "\"\\u0001\\u0002\\u0003\",0.1,null,false]")
        }
    }
}
