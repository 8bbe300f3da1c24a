/// How often one caller may call a route. Routes of a kind share a count, but for those with a limit of their own.
public enum RouteLimit: Sendable, Equatable {
    /// As most: so many requests a minute and user, or address of those who are nobody.
    case standard
    /// Where passwords are tried: few requests a minute and address.
    case login
    /// A limit of its own, counted for this route alone: requests a minute and user or address.
    case own(requests: Int)
    /// None.
    case none
}
