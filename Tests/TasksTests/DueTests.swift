import HearthKit
import Testing

@testable import Tasks

/// Until when tasks are to be done.
struct DueTests {
    @Test(arguments: [
        ("2026-11-20", "2026-11-20T00:00:00"), ("2026-11-20T00:00:00", "2026-11-20T00:00:00"),
        ("2026-11-20T17:00:00", "2026-11-20T17:00:00"), ("2026-11-20T17:00", "2026-11-20T17:00:00"),
        ("2026-11-20 17:00", "2026-11-20T17:00:00"),
    ])
    func `a text without zone is the user's own time`(text: String, written: String) throws {
        let due: DueText = try read("\"\(text)\"")
        guard case .local(let due) = due else {
            Issue.record("\(text) is no local time")
            return
        }
        #expect(due.text == written)
        #expect((due.time == nil) == written.hasSuffix("T00:00:00"))
    }

    @Test func `a text with a zone is an instant`() throws {
        for text in ["2026-11-20T17:00:00Z", "2026-11-20T18:00:00.000+01:00"] {
            #expect(try read("\"\(text)\"", as: DueText.self) == .instant(try instant("2026-11-20T17:00:00Z")))
        }
    }

    @Test(arguments: [
        "", "2026", "2026-02-30", "2026-11-20T", "2026-11-20X17:00", "2026-11-20T25:00", "2026-11-20T17:00:00+99:00", "tomorrow",
    ])
    func `other texts are refused`(text: String) throws {
        #expect(throws: DecodingFailure.self) { try read("\"\(text)\"", as: DueText.self) }
    }

    @Test func `a day is due until it is over, a time until the clock has passed it`() throws {
        let whole = Due(date: try day("2026-11-20"), time: nil)
        let timed = Due(date: try day("2026-11-20"), time: LocalTime("17:00"))
        for (date, time, wholeIsPast, timedIsPast) in [
            ("2026-11-19", "23:59", false, false), ("2026-11-20", "17:00", false, false), ("2026-11-20", "17:01", false, true),
            ("2026-11-20", "23:59", false, true), ("2026-11-21", "00:00", true, true),
        ] {
            let moment = try moment(date, time)
            #expect(whole.isPast(at: moment) == wholeIsPast && timed.isPast(at: moment) == timedIsPast, "\(date) \(time)")
        }
    }
}
