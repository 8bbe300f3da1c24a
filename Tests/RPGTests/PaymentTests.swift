import Testing

@testable import RPG

struct PaymentTests {
    @Test(arguments: [(0, 100), (5, 110), (10, 120), (25, 150), (50, 200), (51, 200), (1000, 200)])
    func `the multiplier grows by two percent a day up to two`(streak: Int, percent: Int) {
        #expect(Payment.multiplierPercent(streak: streak) == percent)
    }

    private func xp(
        _ base: Int, _ kind: ActivityKind = .completion, hour: Int = 12, streak: Int = 0, intelligence: Int = 0
    ) -> Int {
        Payment(of: base, for: kind, atHour: hour, streak: streak, intelligence: intelligence).xp
    }

    @Test func `a step after the other is cut`() {
        #expect(xp(15) == 15)
        #expect(xp(15, streak: 1) == 15)  // 15.3
        #expect(xp(15, streak: 4) == 16)  // 16.2
        #expect(xp(15, hour: 7) == 16)  // 16.5
        #expect(xp(15, hour: 7, streak: 10) == 19)  // 16 · 1.2 = 19.2
        #expect(xp(10, streak: 6) == 11)  // 11.2; 1 + 0.02 · 6 is less than 1.12 in binary fractions
        #expect(xp(20, streak: 50, intelligence: 20) == 44)
    }

    @Test(arguments: [(5, 20), (6, 22), (8, 22), (9, 20), (21, 20), (22, 21), (23, 21), (0, 20)])
    func `early and late hours are worth more`(hour: Int, expected: Int) {
        #expect(xp(20, hour: hour) == expected)
    }

    @Test func `what is entered afterwards and tasks are paid as they are`() {
        #expect(xp(5, .backfill, hour: 7, streak: 50, intelligence: 100) == 5)
        #expect(xp(300, .task, hour: 7, streak: 50, intelligence: 100) == 300)
        #expect(ActivityKind(named: "habit_backfill").extendsStreak && !ActivityKind(named: "task").extendsStreak)
        #expect(ActivityKind(named: "whatever") == .completion)
    }

    @Test func `coins are half of the experience, rounded down`() {
        #expect(Payment(of: 15, for: .completion, atHour: 12, streak: 0, intelligence: 0).coins == 7)
    }
}
