import HearthHost
import HearthJSON
import Testing

/// A user with a character.
struct Duelist: Sendable {
    let client: TestClient
    let id: String
    let character: String

    /// Registers him, and makes his character.
    init(on host: TestHost, _ name: String, _ characterClass: String, stats: JSONValue = [:]) async throws {
        var client = TestClient(host)
        client.refusesFailures = true
        client = try await client.registered(name)
        self.client = client
        id = try #require(try await client.get("/api/auth/me").json["id"]?.string)
        character = name.prefix(1).uppercased() + name.dropFirst()
        let body: JSONValue = ["name": .string(character), "character_class": .string(characterClass), "stats": stats]
        let made = try await client.post("/api/characters/", body)
        try #require(made.status == 201, "\(made.body)")
    }

    /// Challenges somebody.
    func challenge(_ other: Duelist, bet: Int = 0, message: String? = nil) async throws -> TestClient.Answer {
        var body: JSONObject = ["bet_coins": .integer(Int64(bet))]
        if let message { body["message"] = .string(message) }
        return try await client.post("/api/combat/challenge/\(other.id)", .object(body))
    }

    /// Accepts, declines or cancels a challenge.
    func answer(_ challenge: TestClient.Answer, _ word: String) async throws -> TestClient.Answer {
        try await client.post("/api/combat/\(challenge.json["combat_id"]?.string ?? "")/\(word)")
    }

    /// A challenge as he sees it.
    func combat(_ challenge: TestClient.Answer) async throws -> JSONValue {
        try await client.get("/api/combat/\(challenge.json["combat_id"]?.string ?? "")").json
    }

    func coins() async throws -> Int { try await client.standing()[2] }

    /// Earns coins, by hard habits of 10 coins each.
    func earn(_ coins: Int) async throws {
        for number in 0..<coins / 10 {
            let habit = try await client.habit(["title": .string("h\(number)"), "difficulty": "hard"])
            let answer = try await client.complete(habit)
            #expect(answer.json["coins_earned"] == 10, "\(answer.body)")
        }
    }

    /// What challenges and fights have moved to and from his accounts, such as `coins wallet`.
    func flows() async throws -> [String: Int] {
        var flows: [String: Int] = [:]
        for entry in try await client.get("/api/characters/me/ledger?limit=100").json.elements
        where entry["source_kind"] == "combat" {
            let (currency, amount) = (entry["currency"]?.string ?? "", entry["amount"]?.int ?? 0)
            flows["\(currency) \(entry["to_account"]?.string ?? "")", default: 0] += amount
            flows["\(currency) \(entry["from_account"]?.string ?? "")", default: 0] -= amount
        }
        return flows
    }
}

/// Runs a scenario with the warrior ada and the mage bob, who have the stats that clients suggest for their classes.
///
/// - Parameters:
///   - settings: Of the game.
///   - stats: Of both; nil for those of their classes.
///   - partner: A further plugin.
func duel(
    _ settings: String = "", stats: JSONValue? = nil, beside partner: String? = nil,
    _ scenario: (TestHost, Duelist, Duelist) async throws -> Void
) async throws {
    let warrior: JSONValue = ["strength": 15, "vitality": 14, "agility": 10, "intelligence": 8, "luck": 8]
    let mage: JSONValue = ["strength": 6, "vitality": 8, "agility": 8, "intelligence": 18, "luck": 10]
    let game = "[plugins.rpg.settings]\n\(settings)"
    let plugins: KeyValuePairs = partner.map { ["habits": "", "rpg": game, $0: ""] } ?? ["habits": "", "rpg": game]
    try await product(plugins: plugins) { host, _ in
        let ada = try await Duelist(on: host, "ada", "warrior", stats: stats ?? warrior)
        let bob = try await Duelist(on: host, "bob", "mage", stats: stats ?? mage)
        try await scenario(host, ada, bob)
    }
}
