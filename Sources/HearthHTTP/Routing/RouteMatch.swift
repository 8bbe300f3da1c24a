/// What a route table knows about a method and path.
public enum RouteMatch<Endpoint: Sendable>: Sendable {
    /// A route, and the decoded values of its parameters in the order of the path. Also for `HEAD`, which is served by `GET`.
    case found(Endpoint, [String])
    /// `OPTIONS` on a known path: the methods it has.
    case options(allow: [String])
    /// The path is known, the method is not: the methods it has.
    case methodNotAllowed(allow: [String])
    /// No such path.
    case notFound
    /// The path has a broken percent-encoding: 400.
    case malformed
}
