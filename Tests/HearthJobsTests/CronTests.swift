import Foundation
import Testing

@testable import HearthJobs

struct CronTests {
    private static let format = Date.ISO8601FormatStyle()

    private func instant(_ text: String) throws -> Int64 {
        Int64(try Self.format.parse(text).timeIntervalSince1970) * 1_000_000
    }

    /// The ticks of an expression after an instant.
    private func ticks(_ text: String, after start: String, in zone: String = "UTC", count: Int) throws -> [String] {
        let expression = try CronExpression(text)
        let zone = try #require(TimeZones.zone(zone))
        var moment = try instant(start)
        return try (0..<count).map { _ in
            moment = try #require(expression.next(after: moment, in: zone))
            return Date(timeIntervalSince1970: Double(moment) / 1_000_000).formatted(Self.format)
        }
    }

    @Test func `fields, names, ranges, steps and lists`() throws {
        #expect(
            try ticks("*/20 9-10 * * MON-FRI", after: "2026-11-20T09:50:00Z", count: 4) == [
                "2026-11-20T10:00:00Z", "2026-11-20T10:20:00Z", "2026-11-20T10:40:00Z", "2026-11-23T09:00:00Z",
            ])
        #expect(
            try ticks("5,35 8-20/6 1 jan,JUL *", after: "2026-01-01T20:05:00Z", count: 3) == [
                "2026-01-01T20:35:00Z", "2026-07-01T08:05:00Z", "2026-07-01T08:35:00Z",
            ])
        #expect(
            try ticks("0 0 29 2 *", after: "2026-01-01T00:00:00Z", count: 2) == ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"])
    }

    @Test func `Sunday is 0 and 7, and of day and weekday either suffices`() throws {
        #expect(try ticks("0 0 * * 7", after: "2026-11-20T00:00:00Z", count: 1) == ["2026-11-22T00:00:00Z"])
        #expect(try ticks("0 0 * * 0", after: "2026-11-20T00:00:00Z", count: 1) == ["2026-11-22T00:00:00Z"])
        #expect(
            try ticks("0 0 13 * FRI", after: "2026-11-05T00:00:00Z", count: 3) == [
                "2026-11-06T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z",
            ])
    }

    @Test func `whole expressions have names`() throws {
        #expect(try ticks("@hourly", after: "2026-11-20T09:50:00Z", count: 1) == ["2026-11-20T10:00:00Z"])
        #expect(try ticks("@daily", after: "2026-11-20T09:50:00Z", count: 1) == ["2026-11-21T00:00:00Z"])
        #expect(try ticks("@weekly", after: "2026-11-20T09:50:00Z", count: 1) == ["2026-11-22T00:00:00Z"])
        #expect(try ticks("@monthly", after: "2026-11-20T09:50:00Z", count: 1) == ["2026-12-01T00:00:00Z"])
        #expect(try ticks("@yearly", after: "2026-11-20T09:50:00Z", count: 1) == ["2027-01-01T00:00:00Z"])
    }

    @Test(arguments: ["UTC", "Europe/Paris", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca"])
    func `from whichever instant one asks, the next tick is the same`(zone: String) throws {
        let zone = try #require(TimeZones.zone(zone))
        var random = SystemRandomNumberGenerator()
        for text in ["*/7 * * * *", "30 2 * * *", "15,45 1-3 * * *", "0 0 * * SUN"] {
            let expression = try CronExpression(text)
            // Two years in which all of them set their clocks, or, in 2011, skipped a day.
            for start in [try instant("2011-10-01T00:00:00Z"), try instant("2026-03-01T00:00:00Z")] {
                var ticks: [Int64] = []
                var moment = start
                for _ in 0..<3_000 {
                    moment = try #require(expression.next(after: moment, in: zone))
                    ticks.append(moment)
                    if moment > start + 300 * 86_400_000_000 { break }
                }
                for _ in 0..<300 {
                    let from = Int64.random(in: start..<ticks[ticks.count - 1], using: &random)
                    let next = try #require(expression.next(after: from, in: zone))
                    #expect(next == ticks.first { $0 > from })
                }
            }
        }
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *",
        "5-1 * * * *", "*/0 * * * *", "5/2 * * * *", "1,,2 * * * *", "-1 * * * *", "+1 * * * *", "0 0 31 2 *", "@never",
        "1-2-3 * * * *",
    ])
    func `what cannot be read is refused`(text: String) {
        #expect(throws: CronExpression.Refusal.self) { try CronExpression(text) }
    }

    @Test func `a local time that is skipped happens at the next valid minute`() throws {
        // Paris: from 02:00 to 03:00 on 2026-03-29, which is 01:00 UTC.
        #expect(
            try ticks("30 2 * * *", after: "2026-03-28T00:00:00Z", in: "Europe/Paris", count: 3) == [
                "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z",
            ])
        // Those that are skipped together happen together.
        #expect(
            try ticks("*/15 2,3 * * *", after: "2026-03-29T00:00:00Z", in: "Europe/Paris", count: 3) == [
                "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "2026-03-29T01:30:00Z",
            ])
        // Lord Howe Island is set forward by half an hour, at 02:00 on 2026-10-04, which is 15:30 UTC of the day before.
        #expect(
            try ticks("15 2 * * *", after: "2026-10-03T00:00:00Z", in: "Australia/Lord_Howe", count: 2) == [
                "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z",
            ])
        // Samoa had no 30 December 2011.
        #expect(
            try ticks("0 8 * * *", after: "2011-12-29T12:00:00Z", in: "Pacific/Apia", count: 3) == [
                "2011-12-29T18:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T18:00:00Z",
            ])
        // Midnight itself is skipped in Santiago.
        #expect(
            try ticks("0 0 * * *", after: "2026-09-05T05:00:00Z", in: "America/Santiago", count: 2) == [
                "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z",
            ])
    }

    @Test func `a local time that comes twice happens once, the first time`() throws {
        // Paris: from 03:00 back to 02:00 on 2026-10-25, which is 01:00 UTC.
        #expect(
            try ticks("30 2 * * *", after: "2026-10-24T00:00:00Z", in: "Europe/Paris", count: 3) == [
                "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z",
            ])
        #expect(
            try ticks("*/30 * * * *", after: "2026-10-25T00:00:00Z", in: "Europe/Paris", count: 3) == [
                "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z",
            ])
        // From an instant within the second time.
        #expect(
            try ticks("*/30 * * * *", after: "2026-10-25T01:10:00Z", in: "Europe/Paris", count: 1) == ["2026-10-25T02:00:00Z"])
        // New York, 2026-11-01.
        #expect(
            try ticks("30 1 * * *", after: "2026-11-01T00:00:00Z", in: "America/New_York", count: 2) == [
                "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z",
            ])
    }
}
