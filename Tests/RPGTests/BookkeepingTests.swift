import HearthKit
import Testing

@testable import RPG

struct BookkeepingTests {
    private let source = Activity.Source(kind: "habit_completion", id: someone)
    private func books(_ change: (inout Player) -> Void = { _ in }) -> Bookkeeping {
        var player = Player(userID: someone)
        change(&player)
        return Bookkeeping(player, because: source)
    }

    /// What the entries move into an account.
    private func sum(_ entries: [LedgerEntry], _ currency: Currency, _ account: Account) -> Int {
        entries.filter { $0.currency == currency }.reduce(0) {
            $0 + ($1.to == account ? $1.amount : 0) - ($1.from == account ? $1.amount : 0)
        }
    }

    @Test func `experience brings levels, and each level its reward once`() {
        var books = books()
        books.earn(xp: Levels.xp(for: 5), from: .activities)
        // Two points each for 2, 3 and 4, five for 5.
        #expect(books.player.level == 5 && books.player.statPoints == 11 && books.player.coins == 100)
        books.takeBack(xp: Levels.xp(for: 5), coins: 0, to: .activities)
        #expect(books.player.level == 1 && books.player.totalXP == 0 && books.player.coins == 100)
        books.earn(xp: Levels.xp(for: 6), from: .activities)
        #expect(books.player.level == 6 && books.player.statPoints == 13 && books.player.coins == 100)
    }

    @Test func `nine thousand points make level six, as clients have seen it`() {
        var books = books()
        books.earn(xp: 9000, from: .activities)
        #expect(books.player.level == 6 && books.player.statPoints == 13 && books.player.coins == 100)
    }

    @Test func `what was spent and is taken back becomes a debt that later earnings pay`() {
        var books = books()
        books.earn(coins: 60, from: .activities)
        let isPaid = books.spend(coins: 50, on: .freezes)
        #expect(isPaid)
        books.takeBack(xp: 0, coins: 30, to: .activities)
        #expect(books.player.coins == 0 && books.player.coinDebt == 20)
        books.earn(coins: 15, from: .activities)
        #expect(books.player.coins == 0 && books.player.coinDebt == 5)
        books.earn(coins: 15, from: .activities)
        #expect(books.player.coins == 10 && books.player.coinDebt == 0)
    }

    @Test func `spending more than there is changes nothing`() {
        var books = books { $0.coins = 49 }
        let isPaid = books.spend(coins: 50, on: .shop)
        #expect(!isPaid && books.entries.isEmpty && books.player.coins == 49)
    }

    @Test func `whatever happens, balances are the sums of the entries, none is negative, and accounts sum to zero`() {
        var generator = CombatRandom(seed: 7)
        for _ in 0..<200 {
            var books = books()
            for _ in 0..<50 {
                let amount = Int.random(in: 0...400, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: books.earn(xp: amount, from: .activities)
                case 1: books.earn(coins: amount, from: .activities)
                case 2: _ = books.spend(coins: amount, on: .shop)
                default: books.takeBack(xp: amount, coins: amount, to: .activities)
                }
                #expect(books.player.coins >= 0 && books.player.coinDebt >= 0 && books.player.totalXP >= 0)
                #expect(books.player.coins == 0 || books.player.coinDebt == 0)
            }
            #expect(sum(books.entries, .xp, .wallet) == books.player.totalXP)
            #expect(sum(books.entries, .coins, .wallet) == books.player.coins)
            #expect(sum(books.entries, .coins, .debt) == -books.player.coinDebt)
            for currency in Currency.allCases {
                #expect(Account.allCases.reduce(0) { $0 + sum(books.entries, currency, $1) } == 0)
            }
            #expect(books.entries.allSatisfy { $0.amount > 0 && $0.from != $0.to })
        }
    }
}
