import HearthJSON

/// A fight fought again by the rules as they are written down, from what its answer tells about the fighters and the seed: shares
/// no code with the plugin, so that client and server can disagree.
struct Replay {
    private(set) var log: JSONValue = []
    private(set) var challengerHP = 0
    private(set) var defenderHP = 0

    /// - Parameter combat: An answer of `GET /api/combat/{combat_id}`, in French.
    init?(of combat: JSONValue) {
        guard let challenger = combat["challenger"], let defender = combat["defender"],
            var state = UInt64(combat["seed"]?.string ?? "", radix: 16)
        else { return nil }
        /// SplitMix64, scaled to a number below the bound.
        func draw(below bound: UInt64) -> Int {
            state = state &+ 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Int(z.multipliedFullWidth(by: bound).high)
        }
        func stat(_ fighter: JSONValue, _ name: String) -> Int { fighter["stats"]?[name]?.int ?? 0 }
        let fighters = [challenger, defender]
        var hp = fighters.map { 100 + 5 * stat($0, "vitality") }
        var attacker = stat(challenger, "agility") >= stat(defender, "agility") ? 0 : 1
        var turns: [JSONValue] = []
        while turns.count < 50, hp[0] > 0, hp[1] > 0 {
            let (striker, target) = (fighters[attacker], fighters[1 - attacker])
            let isDodged = Double(draw(below: 1000)) / 1000 < min(0.30, Double(stat(target, "agility")) * 0.005)
            var (damage, isCritical) = (0, false)
            if !isDodged {
                damage = stat(striker, "strength") * (800 + draw(below: 401)) / 1000
                isCritical = Double(draw(below: 1000)) / 1000 < min(0.20, Double(stat(striker, "intelligence")) * 0.003)
                damage = max(1, isCritical ? damage + damage / 2 : damage)
            }
            hp[1 - attacker] = max(0, hp[1 - attacker] - damage)
            let (name, other) = (striker["character_name"]?.string ?? "", target["character_name"]?.string ?? "")
            let hit = "\(name) inflige \(damage) dégâts à \(other)"
            turns.append([
                "turn": .integer(Int64(turns.count + 1)), "attacker_id": striker["user_id"] ?? .null,
                "defender_id": target["user_id"] ?? .null, "action": isDodged ? "dodge" : isCritical ? "critical" : "attack",
                "damage_dealt": .integer(Int64(damage)), "is_critical": .boolean(isCritical), "is_dodge": .boolean(isDodged),
                "attacker_hp": .integer(Int64(hp[attacker])), "defender_hp": .integer(Int64(hp[1 - attacker])),
                "message": .string(
                    isDodged ? "\(other) esquive l'attaque de \(name)" : isCritical ? "Coup critique ! \(hit)" : hit),
            ])
            attacker = 1 - attacker
        }
        log = .array(turns)
        challengerHP = hp[0]
        defenderHP = hp[1]
    }
}
