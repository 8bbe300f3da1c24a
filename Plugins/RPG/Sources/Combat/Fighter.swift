import HearthKit

/// Who fights, as he was when the fight began.
struct Fighter: Hashable {
    let userID: UUID
    let name: String
    /// Those of the character with what he wears.
    let stats: Stats
    /// What his armour takes off a blow, 0 to 25 points that count.
    var armor = 0

    /// Life at the beginning.
    var hitPoints: Int { PlayerCharacter.hitPoints(endurance: max(0, stats.endurance)) }
    /// How likely he dodges a blow, in thousandths.
    var dodge: Int { min(300, max(0, stats.agility) * 5) }
    /// How likely his blow is a critical one, in thousandths.
    var critical: Int { min(200, max(0, stats.intelligence) * 3) }
    /// How much of a blow his armour takes away, in percent.
    var reduction: Int { min(50, max(0, armor) * 2) }
}
