import HearthKit
import Testing

@testable import Habits

/// A change of the time zone never opens a second "today".
struct CompletedDayTests {
    /// The user's today at an instant of UTC in a zone that is ahead by some hours.
    private func today(_ utc: String, ahead hours: Int) throws -> Today {
        let now = try instant(utc)
        let local = now.microseconds + Int64(hours) * 3_600_000_000
        return Today(now: now, date: LocalDate(days: Int32((Double(local) / 86_400_000_000).rounded(.down))))
    }

    /// The day that is completed at that instant in that zone.
    private func completed(_ utc: String, ahead hours: Int) throws -> CompletedDay {
        let date = try today(utc, ahead: hours).date
        let end = Int64((date + 1).days) * 86_400_000_000 - Int64(hours) * 3_600_000_000
        return CompletedDay(date: date, endsAt: Timestamp(microseconds: end))
    }

    @Test func `a day lasts until midnight at home`() throws {
        let done = try completed("2026-11-20T08:00:00Z", ahead: 1)
        #expect(done.lasts(on: try today("2026-11-20T22:59:59Z", ahead: 1)))
        #expect(!done.lasts(on: try today("2026-11-20T23:00:00Z", ahead: 1)))
    }

    @Test func `going east does not bring tomorrow early`() throws {
        // In London late in the evening, then in Tokyo, where the 21st has begun.
        let done = try completed("2026-11-20T23:00:00Z", ahead: 0)
        #expect(done.lasts(on: try today("2026-11-20T23:01:00Z", ahead: 9)))
        #expect(!done.lasts(on: try today("2026-11-21T00:00:00Z", ahead: 9)))
    }

    @Test func `going west does not bring yesterday back`() throws {
        // In Tokyo on the 21st, then in London, where it is the 20th and later the 21st again.
        let done = try completed("2026-11-20T16:00:00Z", ahead: 9)
        #expect(done.date == (try day("2026-11-21")))
        #expect(done.lasts(on: try today("2026-11-20T16:01:00Z", ahead: 0)))
        #expect(done.lasts(on: try today("2026-11-21T23:59:00Z", ahead: 0)))
        #expect(!done.lasts(on: try today("2026-11-22T00:00:00Z", ahead: 0)))
    }

    @Test func `whatever zones are chosen in between, a day of 24 hours is completed once`() throws {
        // Tries every zone in every hour for ten days and completes whenever it may.
        var completions: [CompletedDay] = []
        let start = try instant("2026-11-20T00:00:00Z")
        for hour in 0..<240 {
            for zone in -12...14 {
                let utc = "\(start + .seconds(hour * 3600))"
                guard try completions.last.map({ try !$0.lasts(on: today(utc, ahead: zone)) }) ?? true else { continue }
                completions.append(try completed(utc, ahead: zone))
            }
        }
        // One for each of the ten days and the one that begins in the east before the tenth is over.
        #expect(completions.count <= 11)
        #expect(zip(completions, completions.dropFirst()).allSatisfy { $0.date < $1.date && $0.endsAt < $1.endsAt })
    }

    @Test func `who stays at home completes every day`() throws {
        var last: CompletedDay?
        for day in 20...29 {
            let utc = "2026-11-\(day)T07:00:00Z"
            #expect(try last?.lasts(on: today(utc, ahead: -5)) != true)
            last = try completed(utc, ahead: -5)
        }
    }

    @Test func `a day that has only begun elsewhere cannot be entered afterwards`() throws {
        let done = try completed("2026-11-20T23:00:00Z", ahead: 0)
        let tokyo = try today("2026-11-20T23:01:00Z", ahead: 9)
        #expect(CompletedDay.latestBackfill(after: done, on: tokyo) == (try day("2026-11-20")))
        let later = try today("2026-11-21T00:00:00Z", ahead: 9)
        #expect(CompletedDay.latestBackfill(after: done, on: later) == (try day("2026-11-21")))
        #expect(CompletedDay.latestBackfill(after: nil, on: tokyo) == (try day("2026-11-21")))
    }
}
