import CHearth

/// What a handler answers to the host.
enum HandlerOutcome {
    /// Nothing was answered and nothing will be.
    static let failed: hearth_outcome = 0
    /// All is done.
    static let done: hearth_outcome = 1
    /// The answer is given by a task. Also said when it has been given already: the task may have ended on another thread just now.
    static let pending: hearth_outcome = 2
}
