import HearthKit
import Testing

@testable import Stats

/// What is told about an activity, in whatever order and however often.
struct ActivityTests {
    private func task(_ counts: Bool, _ seconds: Int64) -> Activity {
        Activity(
            id: identifier(1), userID: identifier(2), kind: .task, habitID: nil, date: LocalDate(days: 0), xp: 10, coins: 5,
            counts: counts, toldAt: Timestamp(microseconds: seconds * 1_000_000))
    }

    /// What is known in the end.
    private func known(_ told: [Activity]) -> Activity? {
        told.reduce(nil) { known, activity in activity.supersedes(known) ? activity : known }
    }

    @Test func `of all orders the same is known in the end: the last that happened`() {
        let life = [task(true, 1), task(false, 2), task(true, 3), task(false, 3)]
        var orders = 0
        func permute(_ chosen: [Activity], _ rest: [Activity]) {
            guard !rest.isEmpty else {
                orders += 1
                let end = known(chosen)
                #expect(end == life[3])
                // Once more, each of them.
                let again = known(chosen + chosen.reversed())
                #expect(again == life[3])
                return
            }
            for index in rest.indices {
                var others = rest
                others.remove(at: index)
                permute(chosen + [rest[index]], others)
            }
        }
        permute([], life)
        #expect(orders == 24)
    }

    @Test func `what is told twice is not news`() {
        let done = task(true, 1)
        #expect(done.supersedes(nil))
        #expect(!done.supersedes(done))
        #expect(task(true, 2).supersedes(task(false, 1)))
    }

    @Test func `an undone completion of a habit stays undone, whatever is told later`() throws {
        var heard = HeardCompletion()
        heard.completionID = identifier(1)
        let undone = heard.activity(counts: false, toldAt: try #require(Timestamp("9999-12-31T23:59:59Z")))
        let replayed = heard.activity(counts: true, toldAt: noon)
        #expect(!replayed.supersedes(undone) && undone.supersedes(replayed))
    }

    @Test func `spendings are told apart by their entry or by the number of the event`() throws {
        var heard = HeardSpending()
        heard.userID = identifier(1)
        let first = try #require(heard.activity(number: 1, toldAt: noon))
        let second = try #require(heard.activity(number: 2, toldAt: noon))
        let again = heard.activity(number: 1, toldAt: noon)
        #expect(first.id != second.id && again?.id == first.id)
        let replayed = heard.activity(number: nil, toldAt: noon)
        #expect(replayed == nil)
        heard.entryID = identifier(7)
        let known = heard.activity(number: nil, toldAt: noon)
        #expect(known?.id == identifier(7))
    }
}
