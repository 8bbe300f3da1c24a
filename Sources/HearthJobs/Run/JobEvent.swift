/// What happens in a runner, for metrics and the log.
public enum JobEvent: Sendable {
    /// A run begins.
    case started(kind: String, queue: String, waited: Duration)
    /// A run is over and written down. State is nil when the job was somebody else's by then.
    case finished(kind: String, queue: String, state: JobState?, took: Duration)
    /// A run goes on though its time is over and its handler was told.
    case stuck(kind: String, id: String)
    /// The worker's lease was taken away: its runs were stopped.
    case leaseLost
    /// Jobs of hosts that are gone were taken over.
    case reaped(Int)
    /// The database could not be reached or refused something.
    case trouble(String)
}
