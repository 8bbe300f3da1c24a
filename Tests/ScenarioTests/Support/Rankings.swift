import Foundation
import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Asks `ranking/1` as plugins do, and knows what it must answer: from the user objects of everybody, by brute force.
struct Rankings {
    private let client: TestClient
    private let players: [String: TestClient]

    /// Somebody in a ranking.
    struct Entry: Hashable {
        let user: String
        let value: Int
        let rank: Int
    }

    /// - Parameters:
    ///   - host: With the plugins rpg and service-caller.
    ///   - players: Everybody.
    init(_ host: TestHost, _ players: [TestClient]) async throws {
        client = TestClient(host)
        var byID: [String: TestClient] = [:]
        for player in players { byID[try await player.id()] = player }
        self.players = byID
    }

    /// Those at the top.
    func top(_ metric: String, limit: Int = 100, offset: Int = 0, among users: [String]? = nil) async throws -> [Entry] {
        let input: JSONObject = [
            "metric": .string(metric), "limit": .integer(Int64(limit)), "offset": .integer(Int64(offset)), "among": list(users),
        ]
        return try await call("top", input)["entries"]?.elements.map {
            Entry(user: $0["user_id"]?.string ?? "", value: $0["value"]?.int ?? -1, rank: $0["rank"]?.int ?? -1)
        } ?? []
    }

    /// Rank, value and total of a user; the rank is 0 for none.
    func rank(_ metric: String, of user: String, among users: [String]? = nil) async throws -> [Int?] {
        let answer = try await call(
            "rank", ["metric": .string(metric), "user_id": .string(user), "among": list(users)])
        return [answer["rank"] == .null ? 0 : answer["rank"]?.int, answer["value"]?.int, answer["total"]?.int]
    }

    /// Calls a method with an input that is taken.
    func call(_ method: String, _ input: JSONObject) async throws -> JSONValue {
        let answer = try await ask(method, input)
        return try #require(answer.status == 200 ? answer.json : nil, "\(answer.body)")
    }

    /// Calls a method.
    func ask(_ method: String, _ input: JSONObject) async throws -> TestClient.Answer {
        try await client.post("/api/service-caller?service=ranking/1&method=\(method)", .object(input))
    }

    /// Compares all that can be asked with what is true.
    func check(_ when: String) async throws {
        var values: [String: [String: Int]] = ["xp": [:], "level": [:], "streak": [:]]
        for (id, player) in players {
            let standing = try await player.standing()
            values["xp"]?[id] = standing[1]
            values["level"]?[id] = standing[1] > 0 ? standing[0] : 0
            values["streak"]?[id] = standing[3]
        }
        let nobody = "00000000-0000-7000-8000-000000000000"
        let some = players.keys.sorted().enumerated().filter { $0.offset % 3 != 1 }.map(\.element)
        for (metric, values) in values {
            let all = Self.ordered(values.filter { $0.value > 0 })
            let top = try await top(metric)
            #expect(top == all, "\(metric) \(when)")
            let page = try await self.top(metric, limit: 3, offset: 2)
            #expect(page == Array(all.dropFirst(2).prefix(3)), "\(metric) \(when)")
            for (id, value) in values {
                let rank = try await rank(metric, of: id)
                let expected = value > 0 ? all.first { $0.user == id }?.rank : 0
                #expect(rank == [expected, value, all.count], "\(metric) \(when)")
            }
            let least = metric == "level" ? 1 : 0
            let circle = Self.ordered(
                Dictionary((some + [nobody]).map { ($0, max(least, values[$0] ?? 0)) }, uniquingKeysWith: { first, _ in first }))
            let among = try await self.top(metric, among: some + [nobody, nobody])
            #expect(among == circle, "\(metric) among some \(when)")
            let last = try #require(circle.last)
            let rank = try await rank(metric, of: last.user, among: some + [nobody])
            #expect(rank == [last.rank, last.value, circle.count], "\(metric) among some \(when)")
        }
    }

    private static func ordered(_ values: [String: Int]) -> [Entry] {
        values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { user, value in
            Entry(user: user, value: value, rank: 1 + values.count { $0.value > value })
        }
    }

    private func list(_ users: [String]?) -> JSONValue { users.map { .array($0.map { .string($0) }) } ?? .null }
}

extension TestClient {
    /// The id of the user.
    func id() async throws -> String { try #require(try await get("/api/auth/me").json["id"]?.string) }

    /// Sets one's time zone, and waits until the game has noticed.
    func move(to timezone: String, noticedBy host: TestHost) async throws {
        try await move(to: timezone)
        let late = "SELECT count(*) FROM rpg_players p JOIN users u ON u.id = p.user_id WHERE p.timezone <> u.timezone"
        let isNoticed = try await eventually { try await host.sql(late) == [["0"]] }
        #expect(isNoticed)
    }
}

/// Runs a scenario with the game, and a plugin that asks for rankings.
func ranked(_ names: [String], _ scenario: (TestHost, [TestClient], Rankings) async throws -> Void) async throws {
    try await product(plugins: ["habits": "", "rpg": "", "service-caller": ""]) { host, client in
        var players: [TestClient] = []
        for name in names { players.append(try await client.registered(name)) }
        try await scenario(host, players, try await Rankings(host, players))
    }
}

extension TestHost {
    /// Waits until all moves are in the counts.
    func folded() async throws -> Bool {
        // The fold comes at the next whole five seconds.
        clock.advance(by: .seconds(5))
        return try await eventually { try await sql("SELECT count(*) FROM rpg_rank_moves") == [["0"]] }
    }

    /// Counts the players of all buckets anew.
    ///
    /// - Returns: Whether the counts were wrong.
    func recounted(by admin: TestClient) async throws -> Bool {
        let path = "/api/admin/jobs?kind=rpg.recount_ranks&state=completed"
        // Completed jobs are forgotten after a day, so their number says nothing.
        func completed() async throws -> Set<String> {
            Set(try await admin.get(path).json["jobs"]?.each("id").compactMap { $0?.string } ?? [])
        }
        let before = try await completed()
        let warnings = log.all.count { $0.contains("Counts of ranks differed") }
        let status = try await admin.post("/api/admin/schedules/rpg.recount_ranks/run", [:]).status
        #expect(status < 300)
        let isDone = try await eventually { !(try await completed().isSubset(of: before)) }
        #expect(isDone)
        return log.all.count { $0.contains("Counts of ranks differed") } > warnings
    }
}
