import Synchronization

/// Collects what a check finds, rule by rule, and tells it as it comes.
final class CheckReport: Sendable {
    private struct State {
        var current: String = "the check begins"
        var failed: Set<String> = []
        var told: Set<String> = []
    }

    private let state = Mutex(State())
    private let tell: @Sendable (CheckLine) -> Void

    init(_ tell: @escaping @Sendable (CheckLine) -> Void) { self.tell = tell }

    /// What is being done.
    var current: String { state.withLock { $0.current } }

    /// Whether no rule is broken so far.
    var isClean: Bool { state.withLock { $0.failed.isEmpty } }

    /// Says what is about to be done.
    func step(_ what: String) {
        state.withLock { $0.current = what }
        tell(.step(what))
    }

    /// A rule is kept, unless it was found broken before; told once.
    func pass(_ rule: String, _ text: String) {
        let isNew = state.withLock { !$0.failed.contains(rule) && $0.told.insert(rule).inserted }
        if isNew { tell(.passed(rule: rule, text)) }
    }

    /// A rule is broken; the same words are told once.
    func fail(_ rule: String, _ text: String) {
        let isNew = state.withLock { state in
            state.failed.insert(rule)
            return state.told.insert("\(rule) \(text)").inserted
        }
        if isNew { tell(.failed(rule: rule, text)) }
    }

    /// Takes over what the host has complained about, as part of what is being done.
    func take(_ complaints: [CheckLog.Complaint]) {
        for complaint in complaints {
            fail(complaint.rule, "\(current): \(complaint.message)\(complaint.details.isEmpty ? "" : " (\(complaint.details))")")
        }
    }
}
