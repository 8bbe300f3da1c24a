/// Where a job stands.
public enum JobState: Int, Sendable, CaseIterable {
    /// Behind an earlier job of its serial key.
    case waiting = 0
    /// To be run later: delayed, snoozed or to be tried again.
    case scheduled = 1
    /// To be run as soon as somebody is free.
    case available = 2
    /// Being run.
    case running = 3
    /// Done.
    case completed = 4
    /// Given up on request.
    case cancelled = 5
    /// Failed for the last time: the dead letter, which can be run again.
    case discarded = 6

    /// The name of a state, as operators read and write it.
    public var name: String { "\(self)" }

    /// The state of a name.
    public init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}

/// A set of states: in which of them a job takes its unique key.
public struct JobStates: OptionSet, Sendable, Hashable {
    /// The bit `1 << state` for each.
    public let rawValue: Int

    /// Makes a set of its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The set of one state.
    public init(_ state: JobState) { rawValue = 1 << state.rawValue }

    /// From enqueueing until the end: the usual meaning of unique.
    public static let unfinished = JobStates([.waiting, .scheduled, .available, .running])
    /// Until it is run: another one may be enqueued while it runs.
    public static let queued = JobStates([.waiting, .scheduled, .available])
    /// Also when it is done, until it is pruned.
    public static let kept = JobStates(JobState.allCases)

    private init(_ states: [JobState]) { self = states.reduce(into: []) { $0.insert(JobStates($1)) } }
}
