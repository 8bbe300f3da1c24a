public import HTTPTypes
import HearthAddresses

extension RouteTable {
    /// Finds what serves a request.
    ///
    /// - Parameters:
    ///   - method: the method
    ///   - path: the percent-encoded path without query
    /// - Returns: the route and its parameters, or why there is none
    public func match(method: HTTPRequest.Method, path: String) -> RouteMatch<Endpoint> {
        var path = path
        return path.withUTF8 { bytes in
            guard bytes.first == UInt8(ascii: "/") else { return .notFound }
            var search = Search(table: self, path: bytes, method: method)
            return search.run()
        }
    }

    /// One descent through the tree. The path decides before the method, as OpenAPI has it: the first node with routes is the
    /// resource, and a method that it lacks is 405 even where a parameter in place of a literal would have it.
    private struct Search {
        let table: RouteTable
        let path: UnsafeBufferPointer<UInt8>
        let method: HTTPRequest.Method
        /// Where the parameters on the current way lie in the path.
        var values: [Range<Int>] = []
        var resource: Int?

        init(table: RouteTable, path: UnsafeBufferPointer<UInt8>, method: HTTPRequest.Method) {
            self.table = table
            self.path = path
            self.method = method
        }

        mutating func run() -> RouteMatch<Endpoint> {
            descend(from: 0, at: 1)
            guard let resource else { return .notFound }
            let routes = table.nodes[resource].routes
            var route = routes.firstIndex { $0.method == method }
            if route == nil, method == .head { route = routes.firstIndex { $0.method == .get } }
            if let route {
                var parameters: [String] = []
                parameters.reserveCapacity(values.count)
                for range in values {
                    guard let value = PercentEncoding.decode(UnsafeBufferPointer(rebasing: path[range])) else {
                        return .malformed
                    }
                    parameters.append(value)
                }
                return .found(routes[route].endpoint, parameters)
            }
            let allowed = Self.allowed(routes)
            return method == .options ? .options(allow: allowed) : .methodNotAllowed(allow: allowed)
        }

        /// - Parameter start: offset of the segment's first byte
        mutating func descend(from node: Int, at start: Int) {
            guard start < path.count else {
                if !table.nodes[node].routes.isEmpty { resource = node }
                return
            }
            var end = start
            var isEncoded = false
            while end < path.count, path[end] != UInt8(ascii: "/") {
                if path[end] == UInt8(ascii: "%") { isEncoded = true }
                end += 1
            }
            guard end > start else { return }
            if let child = literal(of: node, start..<end, isEncoded: isEncoded) {
                descend(from: child, at: end + 1)
                if resource != nil { return }
            }
            if let child = table.nodes[node].parameter {
                values.append(start..<end)
                descend(from: child, at: end + 1)
                if resource == nil { values.removeLast() }
            }
        }

        func literal(of node: Int, _ range: Range<Int>, isEncoded: Bool) -> Int? {
            let segment = UnsafeBufferPointer(rebasing: path[range])
            if isEncoded {
                guard let text = PercentEncoding.decode(segment) else { return nil }
                return table.nodes[node].literals.first { $0.segment.elementsEqual(text.utf8) }?.node
            }
            for literal in table.nodes[node].literals
            where literal.segment.count == segment.count && literal.segment.elementsEqual(segment) {
                return literal.node
            }
            return nil
        }

        static func allowed(_ routes: [Route]) -> [String] {
            var methods = Set(routes.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            methods.insert("OPTIONS")
            return methods.sorted()
        }
    }
}
