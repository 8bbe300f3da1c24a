import CHearth

/// The statuses of the C interface by name.
struct HearthStatus: Equatable, Sendable {
    let rawValue: hearth_status

    private init(rawValue: hearth_status) { self.rawValue = rawValue }

    /// A status of the host. One that this version does not know means failure.
    init(_ status: hearth_status) { rawValue = status <= Self.tooLarge.rawValue ? status : Self.failed.rawValue }

    static let ok = HearthStatus(rawValue: 0)
    static let failed = HearthStatus(rawValue: 1)
    static let stale = HearthStatus(rawValue: 2)
    static let invalid = HearthStatus(rawValue: 3)
    static let notFound = HearthStatus(rawValue: 4)
    static let denied = HearthStatus(rawValue: 5)
    static let unavailable = HearthStatus(rawValue: 6)
    static let busy = HearthStatus(rawValue: 7)
    static let timeout = HearthStatus(rawValue: 8)
    static let cancelled = HearthStatus(rawValue: 9)
    static let conflict = HearthStatus(rawValue: 10)
    static let constraint = HearthStatus(rawValue: 11)
    static let serialization = HearthStatus(rawValue: 12)
    static let rolledBack = HearthStatus(rawValue: 13)
    static let tooLarge = HearthStatus(rawValue: 14)
}
