import CHearth
import HTTPTypes

/// Reads the declaration of a route that a plugin gives.
enum RouteReader {
    private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    /// - Returns: the route, or what is wrong with it
    static func read(_ pointer: UnsafePointer<hearth_route>, of plugin: PluginInstance) -> Result<Route, RefusedCall> {
        func refuse(_ message: String) -> Result<Route, RefusedCall> {
            .failure(RefusedCall(status: Status.invalid, message: message))
        }
        let route = StructReader.read(pointer, size: pointer.pointee.size)
        guard let method = route.method.text, let path = route.path.text else {
            return refuse("a route has a method or a path that is not UTF-8")
        }
        let name = "\(method) /api\(path)"
        guard methods.contains(method) else {
            return refuse("\(name): \"\(method)\" is no method that a route can have: GET, POST, PUT, PATCH or DELETE")
        }
        guard let access = Access(rawValue: route.access) else {
            return refuse("\(name): \(route.access) is no access: 1 public, 2 optional, 3 user, 4 admin")
        }
        guard route.flags & ~3 == 0 else { return refuse("\(name): unknown flags \(route.flags & ~3)") }
        guard let handle = route.handle else { return refuse("\(name): the handler is NULL") }
        guard let operation = route.operation.text, !operation.isEmpty else {
            return refuse("\(name): the operation is missing or not UTF-8")
        }
        guard route.rate_limit <= 1_000_000 else {
            return refuse("\(name): the rate limit is over 1000000 requests a minute")
        }
        var paths = [path]
        guard route.alias_count == 0 || route.aliases != nil, route.alias_count <= 16 else {
            return refuse("\(name): the aliases are missing, or more than 16")
        }
        for index in 0..<Int(route.alias_count) {
            guard let alias = route.aliases?[index].text else { return refuse("\(name): an alias is not UTF-8") }
            paths.append(alias)
        }
        let names = Operation.names(in: path)
        for path in paths {
            guard path.hasPrefix("/") else { return refuse("\(name): the path \(path) does not begin with a slash") }
            guard Operation.names(in: path) == names else {
                return refuse("\(name): the alias \(path) has other parameters than the path")
            }
        }
        let handler = PluginRoute(
            plugin: plugin, name: name, label: plugin.label.doing(name), handle: handle, user: route.user,
            isBlocking: route.flags & 1 != 0,
            hasStreamedBody: route.flags & 2 != 0)
        return .success(
            Route(
                owner: plugin.id, method: HTTPRequest.Method(rawValue: method) ?? .get, paths: paths, access: access,
                deadline: route.deadline == 0 ? nil : .milliseconds(Int64(route.deadline)),
                bodyLimit: route.body_limit == 0 ? nil : Int(clamping: route.body_limit),
                limit: route.rate_limit == 0 ? .standard : .own(requests: Int(route.rate_limit)),
                hasStreamedBody: handler.hasStreamedBody, operation: operation, handler: handler))
    }
}

/// The paths below `/api` that belong to the host, which a plugin cannot take.
enum HostPaths {
    private static let prefixes = [
        "/auth", "/users", "/admin/users", "/admin/logs", "/admin/stats", "/admin/system", "/health", "/metrics",
        "/openapi.json", "/docs", "/ws", "/events/stream", "/v1",
    ]

    /// Paths below those that are given to plugins all the same.
    private static let given: Set<String> = ["/users/me/stats", "/admin/stats/app-usage"]

    /// Whether one of the paths is the host's.
    static func own(_ paths: [String]) -> Bool {
        paths.contains { path in !given.contains(path) && prefixes.contains { path == $0 || path.hasPrefix($0 + "/") } }
    }
}
