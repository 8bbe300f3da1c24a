/// Which foreign origins browsers may call from.
public struct CORSPolicy: Sendable, Equatable {
    /// Exact origins such as `https://app.example.org`; `*` alone allows all, without credentials; empty allows none.
    public var origins: [String]
    /// Whether cookies and authorisation may be sent along.
    public var credentials: Bool
    /// Seconds that a browser may remember a preflight answer.
    public var maximumAge: Int

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - origins: exact origins, or `*`
    ///   - credentials: whether cookies and authorisation may be sent along
    ///   - maximumAge: seconds that a browser may remember a preflight answer
    public init(origins: [String] = [], credentials: Bool = true, maximumAge: Int = 600) {
        self.origins = origins
        self.credentials = credentials
        self.maximumAge = maximumAge
    }

    /// Whether every origin may call.
    var allowsAll: Bool { origins == ["*"] }

    /// Whether pages of an origin may call.
    func allows(_ origin: String) -> Bool { allowsAll || origins.contains(origin) }
}
