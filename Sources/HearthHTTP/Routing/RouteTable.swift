public import HTTPTypes

/// Routes by method and path: a tree of path segments.
///
/// A literal segment beats a parameter, whatever the method; a trailing slash makes no difference; each path below `/api` is served below
/// `/api/v1` too, unless somebody has registered that path himself.
public struct RouteTable<Endpoint: Sendable>: Sendable {
    struct Route: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var owner: String
        var isAlias: Bool
        var endpoint: Endpoint
    }

    struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var routes: [Route] = []
    }

    var nodes: [Node] = [Node()]

    /// Creates an empty table.
    public init() {}

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - method: the method; `GET` serves `HEAD` too
    ///   - path: the full path, such as `/api/habits/{habit_id}`
    ///   - owner: who it belongs to, for messages
    ///   - endpoint: what serves it
    /// - Throws: ``RouteConflict`` when the method and path are taken, also under other parameter names, or the path is malformed.
    public mutating func add(
        method: HTTPRequest.Method, path: String, owner: String, endpoint: Endpoint
    ) throws(RouteConflict) {
        var route = Route(method: method, path: path, owner: owner, isAlias: false, endpoint: endpoint)
        let segments = try Self.segments(of: route)
        try insert(route, at: segments)
        guard segments.first == .literal("api"), segments.dropFirst().first != .literal("v1") else { return }
        route.isAlias = true
        try insert(route, at: [.literal("api"), .literal("v1")] + segments.dropFirst())
    }

    private mutating func insert(_ route: Route, at segments: [Segment]) throws(RouteConflict) {
        var node = 0
        for segment in segments {
            node = child(of: node, for: segment)
        }
        guard let index = nodes[node].routes.firstIndex(where: { $0.method == route.method }) else {
            nodes[node].routes.append(route)
            return
        }
        let existing = nodes[node].routes[index]
        if route.isAlias { return }
        guard existing.isAlias else {
            throw RouteConflict(
                method: route.method.rawValue, path: route.path, owner: route.owner,
                reason: .taken(owner: existing.owner, path: existing.path))
        }
        nodes[node].routes[index] = route
    }

    private mutating func child(of node: Int, for segment: Segment) -> Int {
        switch segment {
        case .parameter:
            if let child = nodes[node].parameter { return child }
            nodes[node].parameter = nodes.count
        case .literal(let text):
            let bytes = Array(text.utf8)
            if let child = nodes[node].literals.first(where: { $0.segment == bytes }) { return child.node }
            nodes[node].literals.append((bytes, nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    private enum Segment: Equatable {
        case literal(String)
        case parameter
    }

    private static func segments(of route: Route) throws(RouteConflict) -> [Segment] {
        func malformed(_ what: String) -> RouteConflict {
            RouteConflict(
                method: route.method.rawValue, path: route.path, owner: route.owner, reason: .malformed(what))
        }
        guard route.path.utf8.first == UInt8(ascii: "/") else { throw malformed("a path begins with a slash") }
        var parts = route.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        var names: Set<Substring> = []
        var segments: [Segment] = []
        for part in parts {
            if part.isEmpty { throw malformed("it has an empty segment") }
            if part.utf8.first == UInt8(ascii: "{"), part.utf8.last == UInt8(ascii: "}") {
                let name = part.dropFirst().dropLast()
                guard !name.isEmpty, name.utf8.allSatisfy({ $0.isWordCharacter }) else {
                    throw malformed("\(part) is no parameter: letters, digits and underscores in braces")
                }
                guard names.insert(name).inserted else { throw malformed("the parameter \(part) stands there twice") }
                segments.append(.parameter)
            } else {
                guard part.utf8.allSatisfy({ $0.isPathCharacter }) else {
                    throw malformed("the segment \"\(part)\" has characters that a path cannot have")
                }
                segments.append(.literal(String(part)))
            }
        }
        return segments
    }
}

extension UInt8 {
    /// An ASCII letter, digit or underscore.
    var isWordCharacter: Bool { isLetterOrDigit || self == UInt8(ascii: "_") }

    /// An ASCII letter or digit.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// A character that stands for itself in a path segment.
    var isPathCharacter: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "@"),
            UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "$"), UInt8(ascii: "!"):
            true
        default: isLetterOrDigit
        }
    }
}
