import HearthKit

/// How far a task has come.
enum TaskStatus: String, JSONEnum, Column {
    case pending
    case inProgress = "in_progress"
    case completed, cancelled

    /// Whether it is still to be done.
    var isOpen: Bool { self == .pending || self == .inProgress }

    /// ``isOpen``, in words that an index knows.
    static let isOpen: SQL = "status IN ('pending', 'in_progress')"
}
