import HearthKit

/// How much a task matters to its user. It is stored as its rank, so that the database sorts by it.
enum Priority: String, JSONEnum {
    case low, medium, high, urgent

    /// 0 for low to 3 for urgent.
    var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .urgent: 3
        }
    }

    /// - Parameter rank: As stored.
    init(rank: Int) {
        self =
            switch rank {
            case ...0: .low
            case 1: .medium
            case 2: .high
            default: .urgent
            }
    }

    /// What a task is worth of which nobody knows how hard it is.
    var baseXP: Int {
        switch self {
        case .low: 15
        case .medium: 35
        case .high: 70
        case .urgent: 100
        }
    }
}
