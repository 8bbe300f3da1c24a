import FoundationEssentials
import HearthKit
import Testing

@testable import RPG

/// How values become buckets and buckets ranks.
struct RankingTests {
    /// The parts of a service's published contract.
    private func contract(_ name: String) throws -> JSONObject {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/\(name).schema.json")
        guard case .object(let document) = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8)),
            case .object(let definitions)? = document["$defs"]
        else { throw DecodingFailure(expected: "a schema with $defs") }
        return definitions
    }

    @Test func `small values have buckets of their own, large ones share narrow ones`() {
        for value in [0, 1, 2, 31, 32, 8190, 8191] { #expect(RankBucket.of(value) == value) }
        #expect(RankBucket.of(8192) == 8192 && RankBucket.of(8193) == 8192 && RankBucket.of(8194) == 8193)
        var (first, last) = (8192, 8192)
        for value in stride(from: 8192, to: 20_000_000, by: 1) {
            if RankBucket.of(value) != RankBucket.of(first) { first = value }
            // A bucket has 1/4096 of its values at most, and the next one follows without a gap.
            let isNarrow = (value - first) * 4096 < value
            let follows = RankBucket.of(value) - RankBucket.of(last)
            if !isNarrow || follows > 1 || follows < 0 { Issue.record("\(value)") }
            last = value
        }
        #expect(RankBucket.of(.max) < Int(Int32.max))
    }

    @Test func `equal values share a rank, and come in the order of their ids`() {
        let ids = (1...5).compactMap { UUID("00000000-0000-7000-8000-00000000000\($0)") }
        let values = zip(ids, [5, 7, 5, 9, 0]).map { RankedValue(userID: $0, value: $1) }
        let entries = Ranking(of: values.reversed()).entries
        #expect(entries.map(\.rank) == [1, 2, 3, 3, 5])
        #expect(entries.map(\.userID) == [ids[3], ids[1], ids[0], ids[2], ids[4]])
        // A page that begins among equals.
        let page = Ranking(ordered: Array(values.filter { $0.value == 5 }.dropFirst()), offset: 3, above: 2)
        #expect(page.entries.map(\.rank) == [3])
    }

    @Test func `of those who win as much of their fights, who has won more comes first`() {
        let ids = (1...5).compactMap { UUID("00000000-0000-7000-8000-00000000000\($0)") }
        let fights = [FightCount(), FightCount(wins: 1, all: 2), FightCount(wins: 2, all: 4), FightCount(wins: 1, all: 2)]
        let values = zip(ids, fights).map {
            RankedValue(userID: $0, value: $1.all > 0 ? $1.wins * 10_000 / $1.all : 0, fights: $1)
        }
        let entries = Ranking(of: values).entries
        #expect(entries.map(\.userID) == [ids[2], ids[1], ids[3], ids[0]] && entries.map(\.rank) == [1, 2, 2, 4])
        #expect(entries.map(\.fights) == [fights[2], fights[1], fights[3], fights[0]])
    }

    @Test func `only what has changed is noted`() {
        let standing = Standing(xp: 20, level: 1, streak: 1)
        #expect(standing.moves(to: standing).isEmpty && RankMove.insertion([]).isEmpty)
        let moves = standing.moves(to: Standing(xp: 40, level: 1, streak: 0))
        #expect(moves == [RankMove(.xp, from: 20, to: 40), RankMove(.streak, from: 1, to: 0)])
        var player = Player(userID: someone)
        #expect(player.standing(at: Timestamp(microseconds: 0)) == Standing())
        player.totalXP = 9000
        player.level = 6
        player.streak.current = 4
        player.streakEndsAt = Timestamp(microseconds: 10)
        #expect(player.standing(at: Timestamp(microseconds: 9)) == Standing(xp: 8596, level: 6, streak: 4))
        #expect(player.standing(at: Timestamp(microseconds: 10)) == Standing(xp: 8596, level: 6, streak: 0))
    }

    @Test func `what the contract sends is read, and what is answered is what it says`() throws {
        let definitions = try contract("ranking-1")
        func definition(_ name: String) throws -> JSONSchema { try JSONSchema(try #require(definitions[name])) }
        let ids = "[\"\(someone)\"]"
        for metric in ["xp", "level", "streak", "xp_weekly", "xp_monthly", "pvp", "win_rate"] {
            let sent = try JSONValue(parsing: "{\"metric\": \"\(metric)\", \"limit\": 5, \"offset\": 10, \"among\": \(ids)}")
            let violations = try definition("page").validate(sent)
            #expect(violations.isEmpty)
            let page = try RankingPage(json: sent)
            #expect(page.metric.rawValue == metric && page.limit == 5 && page.offset == 10 && page.among == [someone])
            let asked = try JSONValue(parsing: "{\"metric\": \"\(metric)\", \"user_id\": \"\(someone)\", \"among\": null}")
            let others = try definition("question").validate(asked)
            #expect(others.isEmpty)
            let question = try RankQuestion(json: asked)
            #expect(question.userID == someone && question.among == nil)
        }
        let fights = [nil, FightCount(wins: 2, all: 5)]
        let page = RankingAnswer(
            entries: fights.map { RankingEntry(userID: someone, value: 5, rank: 1, fights: $0) }, total: 1)
        var violations = try definition("ranking").validate(try json(page))
        for rank in [nil, 7] {
            violations += try definition("rank").validate(try json(RankAnswer(rank: rank, value: 0, total: 9)))
        }
        #expect(violations.isEmpty)
    }
}
