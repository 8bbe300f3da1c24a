import HearthKit

/// How hard a task is.
enum Difficulty: String, JSONEnum, Column {
    case trivial, easy, medium, hard, epic, legendary

    /// What a task is worth that its user calls so, and nobody has evaluated.
    var baseXP: Int {
        switch self {
        case .trivial: 5
        case .easy: 15
        case .medium: 35
        case .hard: 70
        case .epic: 150
        case .legendary: 300
        }
    }

    /// What an evaluated task can be worth: the scale of the habit document.
    var scale: ClosedRange<Int> {
        switch self {
        case .trivial: 5...15
        case .easy: 15...35
        case .medium: 35...75
        case .hard: 75...150
        case .epic: 150...300
        case .legendary: 300...500
        }
    }
}
