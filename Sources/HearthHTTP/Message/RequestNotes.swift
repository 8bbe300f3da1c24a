public import HTTPTypes
import Synchronization

/// What becomes known about a request while it is being served, for the access log and for whatever answers it.
public final class RequestNotes: Sendable {
    private struct Values {
        var user: String?
        var route: String?
        var answerFields: HTTPFields = [:]
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

    /// Header fields of the answer, also when it is an error. They replace those of the handler.
    public var answerFields: HTTPFields {
        get { values.withLock { $0.answerFields } }
        set { values.withLock { $0.answerFields = newValue } }
    }
}
