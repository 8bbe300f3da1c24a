import HTTPTypes
import HearthHTTP
import HearthJSON

/// All routes of the host and of the plugins that run, with their descriptions compiled.
struct RouteCatalogue: Sendable {
    private(set) var table = RouteTable<Endpoint>()
    private(set) var endpoints: [Endpoint] = []
    private(set) var components: [String: JSONValue] = [:]
    private var owners: [String: String] = [:]

    /// Adds the routes of one owner with the schemas that they refer to: all of them, or none.
    ///
    /// - Throws: ``RouteRefusal`` naming what is wrong, and both owners of what is taken
    mutating func add(_ routes: [Route], schemas: [String: JSONValue], owner: String) throws(RouteRefusal) {
        var copy = self
        for (name, schema) in schemas {
            if let known = copy.components[name], known != schema {
                throw RouteRefusal(
                    "the schema \(name) is \(copy.owners[name] ?? "somebody else")'s already, with another text",
                    rival: copy.owners[name])
            }
            copy.components[name] = schema
            copy.owners[name] = copy.owners[name] ?? owner
        }
        let components = copy.components
        for route in routes {
            guard let template = route.paths.first else { continue }
            let operation: Operation
            do throws(OperationError) {
                operation = try Operation(route.operation, template: template) { components[$0] }
            } catch {
                throw RouteRefusal("the description of \(route.method.rawValue) /api\(template): \(error)")
            }
            let endpoint = Endpoint(route: route, operation: operation)
            copy.endpoints.append(endpoint)
            for path in route.paths {
                do throws(RouteConflict) {
                    try copy.table.add(method: route.method, path: "/api" + path, owner: owner, endpoint: endpoint)
                } catch {
                    throw RouteRefusal("\(error)", rival: error.rival)
                }
            }
        }
        self = copy
    }
}

/// Why routes cannot be served as they are declared.
struct RouteRefusal: Error, CustomStringConvertible {
    let description: String
    /// Who has what was wanted.
    let rival: String?

    init(_ description: String, rival: String? = nil) {
        self.description = description
        self.rival = rival
    }
}

extension RouteConflict {
    /// Who has the route that was wanted.
    fileprivate var rival: String? {
        if case .taken(let owner, _) = reason { owner } else { nil }
    }
}
