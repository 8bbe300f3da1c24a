import Foundation
import HearthKit
import Testing

@testable import Notifications

/// When it is quiet, and for how long still.
struct QuietHoursTests {
    private static func time(_ text: String) throws -> LocalTime { try #require(LocalTime(text)) }

    private static func hours(_ from: String, _ until: String) throws -> QuietHours {
        QuietHours(from: try time(from), until: try time(until))
    }

    @Test(arguments: [
        ("22:00", "07:00", "21:59:59", false), ("22:00", "07:00", "22:00", true), ("22:00", "07:00", "03:00", true),
        ("22:00", "07:00", "06:59:59", true), ("22:00", "07:00", "07:00", false), ("13:00", "14:00", "12:59", false),
        ("13:00", "14:00", "13:00", true), ("13:00", "14:00", "14:00", false), ("13:00", "14:00", "01:00", false),
        ("13:00", "13:00", "13:00", true), ("13:00", "13:00", "12:59", true),
    ])
    func `they contain their beginning, and not their end`(
        _ from: String, _ until: String, _ time: String, _ isQuiet: Bool
    ) throws {
        #expect(try Self.hours(from, until).contains(Self.time(time)) == isQuiet)
    }

    /// The moment at which it is not quiet any more, in UTC.
    private static func end(_ hours: QuietHours, at text: String, in zone: String) throws -> String? {
        let timeZone = try #require(TimeZone(identifier: zone))
        let now = try #require(Timestamp(text))
        let rest = hours.rest(at: now) { moment in
            let seconds = moment.microseconds / 1_000_000
            let local = seconds + Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
            return LocalTime(microseconds: (local % 86_400) * 1_000_000)
        }
        return rest.map { "\(now + $0)" }
    }

    @Test(arguments: [
        ("2026-11-20T20:00:00Z", nil), ("2026-11-20T21:00:00Z", "2026-11-21T06:00:00.000000Z"),
        ("2026-11-21T05:59:59Z", "2026-11-21T06:00:00.000000Z"), ("2026-11-21T06:00:00Z", nil),
        // The clock is set forward at 01:00 UTC on 29 March, and back at 01:00 UTC on 25 October: the end stays at seven.
        ("2026-03-28T23:00:00Z", "2026-03-29T05:00:00.000000Z"), ("2026-10-24T22:00:00Z", "2026-10-25T06:00:00.000000Z"),
    ])
    func `they end at the same local time when the clock is set meanwhile`(_ now: String, _ end: String?) throws {
        #expect(try Self.end(try Self.hours("22:00", "07:00"), at: now, in: "Europe/Paris") == end)
    }

    @Test func `an end that the clock leaves out comes all the same`() throws {
        // 02:30 does not exist on 29 March.
        let hours = try Self.hours("22:00", "02:30")
        var (now, rounds): (String, Int) = ("2026-03-28T23:00:00Z", 0)
        while let next = try Self.end(hours, at: now, in: "Europe/Paris") {
            #expect(next > now)
            (now, rounds) = (next, rounds + 1)
            try #require(rounds < 5)
        }
        #expect(now >= "2026-03-29T01:00" && now <= "2026-03-29T01:30:00.000000Z")
    }
}
