import HearthJSON
import Testing

@testable import HearthKit

/// A generator whose numbers are the same in each run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64 = 0x5EED
    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

private func roundTrip<T: JSONDecodable & JSONEncodable>(_ value: T) throws -> T {
    var json = JSONWriter()
    value.write(to: &json)
    return try T(json: JSONValue(parsing: json.bytes))
}

struct TimeTests {
    @Test func `each instant, day, time and identifier survives its text form`() throws {
        var random = Seeded()
        for _ in 0..<2_000 {
            let instant = Timestamp(microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
            let day = LocalDate(days: .random(in: -719_162...2_932_896, using: &random))
            let time = LocalTime(microseconds: .random(in: 0..<86_400_000_000, using: &random))
            let id = UUID(high: random.next(), low: random.next())
            #expect(try roundTrip(instant) == instant)
            #expect(Timestamp(instant.description) == instant)
            #expect(try roundTrip(day) == day)
            #expect(LocalDate(day.description) == day)
            #expect(LocalTime(time.description) == time)
            #expect(UUID(id.description) == id && UUID(id.description.uppercased()) == id)
            let (year, month, number) = day.components
            #expect(LocalDate(year: year, month: month, day: number) == day)
        }
    }

    /// Names whose lengths lie around the ends of the digest's blocks.
    @Test(arguments: [
        ("www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"), ("", "4ebd0208-8328-5d69-8c44-ec50939c0967"),
        (String(repeating: "a", count: 39), "5824f981-4282-59d4-9716-acb6d741350e"),
        (String(repeating: "a", count: 40), "39f39c20-db47-5131-8879-62f8f67f9014"),
        (String(repeating: "é", count: 100), "1d2f3336-173f-59d7-a2e0-4299659f807e"),
    ]) func `a name has the identifier that the standard gives it`(name: String, expected: String) throws {
        let namespace = try #require(UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        #expect("\(UUID(named: name, in: namespace))" == expected)
        #expect(UUID(named: name, in: .zero) != UUID(named: name, in: namespace))
    }

    @Test func `days follow each other without a gap through leap years and centuries`() throws {
        var day = try #require(LocalDate("1899-12-28"))
        var weekday = day.weekday
        for _ in 0..<100_000 {
            let next = day + 1
            #expect(next - day == 1 && next > day)
            weekday = (weekday + 1) % 7
            #expect(next.weekday == weekday)
            #expect(LocalDate(next.description) == next)
            day = next
        }
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "26-01-01", "2026-1-01", "2026-01-01 ",
        "２026-01-01",
    ]) func `a day that does not exist is none`(text: String) { #expect(LocalDate(text) == nil) }

    @Test func `leap days exist in leap years only`() {
        #expect(LocalDate("2024-02-29") != nil && LocalDate("2000-02-29") != nil)
        #expect(LocalDate("1900-02-29") == nil)
    }

    @Test(arguments: [
        ("2026-11-20T21:51:38Z", 1_795_211_498_000_000), ("2026-11-20t21:51:38.9z", 1_795_211_498_900_000),
        ("2026-11-20 23:51:38.908149+02:00", 1_795_211_498_908_149), ("2026-11-20T16:21:38.000001-05:30", 1_795_211_498_000_001),
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.5Z", -500_000),
    ]) func `an instant is read in each form of RFC 3339`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "2026-11-20T21:51:38", "2026-11-20", "2026-11-20T24:00:00Z", "2026-11-20T21:60:00Z", "2026-11-20T21:51:38+2:00", "", "Z",
        "2026-11-20T21:51:38.Z", "2026-02-30T00:00:00Z",
    ]) func `an instant without zone or of another form is none`(text: String) { #expect(Timestamp(text) == nil) }

    @Test(arguments: [("07:30", 27_000_000_000), ("07:30:01", 27_001_000_000), ("23:59:59.999999", 86_399_999_999)])
    func `a time of the day has its seconds or not`(text: String, microseconds: Int64) {
        #expect(LocalTime(text)?.microseconds == microseconds)
    }

    @Test(arguments: ["24:00", "7:30", "07:60", "07:30:60", "07:30Z", "07", "07:30:", "", "07:30:01.", "+7:30"])
    func `another time of the day is none`(text: String) { #expect(LocalTime(text) == nil) }

    @Test func `the published pattern of a time takes what the type takes, and no offset`() throws {
        let schema = try JSONSchema(LocalTime.jsonSchema)
        var random = Seeded()
        for _ in 0..<500 {
            let text = LocalTime(microseconds: .random(in: 0..<86_400_000_000, using: &random)).description
            #expect(schema.validate(.string(text), at: []).isEmpty)
        }
        for text in ["07:30", "07:30:00"] { #expect(schema.validate(.string(text), at: []).isEmpty) }
        for text in ["07:30:00Z", "24:00", "07:30:00+01:00"] { #expect(!schema.validate(.string(text), at: []).isEmpty) }
    }

    @Test(arguments: [
        "019a0f5e6a0070008000000000000001", "019a0f5e-6a00-7000-8000-00000000000", "019a0f5e-6a00-7000-8000-00000000000g", "",
    ])
    func `a UUID of another form is none`(text: String) { #expect(UUID(text) == nil) }

    @Test func `identifiers are in the order of their text`() {
        var random = Seeded()
        for _ in 0..<500 {
            let a = UUID(high: random.next(), low: random.next())
            let b = UUID(high: Bool.random(using: &random) ? a.high : random.next(), low: random.next())
            #expect((a < b) == (a.description < b.description))
        }
    }

    @Test func `arithmetic at the ends of the calendar does not trap`() {
        #expect(LocalDate(days: .max) + 1 == LocalDate(days: .max))
        #expect(LocalDate(days: .min) - 1 == LocalDate(days: .min))
    }
}
