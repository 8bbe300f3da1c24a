import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore

/// `GET /api/admin/stats`: how much there is of everything, for administrators.
struct StatisticsRoutes: Sendable {
    /// The member that the host counts itself.
    static let users = "users"

    let database: any Database
    let plugins: PluginStatistics

    var routes: [Route] {
        [
            Route(
                method: .get, paths: ["/admin/stats"], access: .admin, operation: Self.operation,
                handler: HostHandler { try await answer($0) })
        ]
    }

    private func answer(_ request: RoutedRequest) async throws -> ServerResponse {
        async let counted = plugins.read(for: request)
        let users = try await database.query(
            "SELECT count(*) FROM users WHERE deleted_at IS NULL", columns: [DatabaseType.integer], scope: .host,
            deadline: request.deadline
        ).integer(0, 0)
        var object: JSONObject = [Self.users: .integer(users ?? 0)]
        for (name, value) in await counted.members { object[name] = value }
        return .json(ByteBuffer(string: JSONValue.object(object).text))
    }

    private static let operation = """
        {"summary": "How much there is of everything", "tags": ["admin"], "responses": {"200": {
         "description": "The users, and what each plugin counts", "content": {"application/json": {"schema": {
         "$ref": "#/components/schemas/Statistics"}}}}}}
        """

    /// Schemas that the descriptions refer to, with what the plugins count.
    var components: [String: JSONValue] {
        var properties: JSONObject = [Self.users: ["type": "integer", "minimum": 0]]
        for (name, schema) in plugins.members.members { properties[name] = schema }
        // A plugin that is late is left out.
        return ["Statistics": ["type": "object", "required": [.string(Self.users)], "properties": .object(properties)]]
    }
}
