import Synchronization

/// What becomes known about a request while it is being served, for the access log.
public final class RequestNotes: Sendable {
    private struct Values {
        var user: String?
        var route: String?
    }

    private let values = Mutex(Values())

    /// Creates empty notes.
    public init() {}

    /// The id of the authenticated user, if there is one.
    public var user: String? {
        get { values.withLock { $0.user } }
        set { values.withLock { $0.user = newValue } }
    }

    /// The declared path of the route that served the request, such as `/api/habits/{habit_id}`.
    public var route: String? {
        get { values.withLock { $0.route } }
        set { values.withLock { $0.route = newValue } }
    }
}
