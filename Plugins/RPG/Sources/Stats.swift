import HearthKit

/// The five abilities of a character, or what items add to them.
struct Stats: Hashable, Sendable {
    var strength = 0
    var endurance = 0
    var agility = 0
    var intelligence = 0
    var charisma = 0

    /// All of them together.
    var total: Int { strength + endurance + agility + intelligence + charisma }
    /// All of them.
    var values: [Int] { [strength, endurance, agility, intelligence, charisma] }

    static func + (a: Stats, b: Stats) -> Stats {
        Stats(
            strength: a.strength + b.strength, endurance: a.endurance + b.endurance, agility: a.agility + b.agility,
            intelligence: a.intelligence + b.intelligence, charisma: a.charisma + b.charisma)
    }

    /// Reads the five columns in the order of the members.
    init(columns row: inout RowReader) throws {
        strength = try row.next()
        endurance = try row.next()
        agility = try row.next()
        intelligence = try row.next()
        charisma = try row.next()
    }

    init(strength: Int = 0, endurance: Int = 0, agility: Int = 0, intelligence: Int = 0, charisma: Int = 0) {
        self.strength = strength
        self.endurance = endurance
        self.agility = agility
        self.intelligence = intelligence
        self.charisma = charisma
    }
}

/// What worn items add, under the names of the columns.
struct StatsBonus: Output {
    let stats: Stats

    static let schema = Schema<StatsBonus>("StatsBonus") {
        Field("strength") { $0.stats.strength }
        Field("endurance") { $0.stats.endurance }
        Field("agility") { $0.stats.agility }
        Field("intelligence") { $0.stats.intelligence }
        Field("charisma") { $0.stats.charisma }
    }
}

/// The stats of a character under the names that clients know: `vitality` is endurance, `luck` is charisma.
struct StatsDistribution: Input, Output {
    /// Of a character when it is made.
    static let startingTotal = 60
    /// Of one stat.
    static let highest = 100

    var stats = Stats(strength: 10, endurance: 10, agility: 10, intelligence: 10, charisma: 10)

    static let schema = Schema<StatsDistribution>("StatsDistribution") {
        Field("strength", \.stats.strength, .range(1...highest))
        Field("vitality", \.stats.endurance, .range(1...highest))
        Field("agility", \.stats.agility, .range(1...highest))
        Field("intelligence", \.stats.intelligence, .range(1...highest))
        Field("luck", \.stats.charisma, .range(1...highest))
    }
}

/// Points to be given to stats.
struct StatPointAllocation: Input {
    var points = Stats()

    static let schema = Schema<StatPointAllocation>("StatPointAllocation") {
        Field("strength", \.points.strength, .range(0...5))
        Field("vitality", \.points.endurance, .range(0...5))
        Field("agility", \.points.agility, .range(0...5))
        Field("intelligence", \.points.intelligence, .range(0...5))
        Field("luck", \.points.charisma, .range(0...5))
    }
}
