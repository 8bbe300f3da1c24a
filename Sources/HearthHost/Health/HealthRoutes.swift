import HTTPTypes
import HearthCache
import HearthDatabase
import HearthHTTP
import HearthJSON
import HearthThreads
import NIOCore

/// `GET /api/health` and `GET /api/health/detailed`, as in the habit document.
struct HealthRoutes: Sendable {
    let environment: String
    let version: String
    let database: any Database
    /// The Redis that hosts share; nil when there is none.
    let redis: (any Cache)?
    let board: HealthBoard

    static let name = "Hearth"

    var routes: [Route] {
        [
            Route(
                method: .get, paths: ["/health"], access: .everybody, limit: .none, operation: Self.simple,
                handler: HostHandler { [body] _ in .json(body) }),
            Route(
                method: .get, paths: ["/health/detailed"], access: .everybody, limit: .none, operation: Self.detailed,
                handler: HostHandler { _ in try await answer() }),
        ]
    }

    private var body: ByteBuffer {
        ByteBuffer(
            string: JSONValue.object([
                "status": "healthy", "app": .string(Self.name), "version": .string(version), "environment": .string(environment),
            ]).text)
    }

    private func answer() async throws -> ServerResponse {
        let isDatabaseWell: Bool
        do {
            try await database.check(deadline: .after(.seconds(2)))
            isDatabaseWell = true
        } catch {
            isDatabaseWell = false
        }
        let components = board.all
        let isHealthy = isDatabaseWell && !components.contains { $0.health == .unhealthy }
        var object: JSONObject = [
            "status": isHealthy ? "healthy" : "unhealthy", "app": .string(Self.name), "version": .string(version),
            "database": isDatabaseWell ? "healthy" : "unhealthy",
            "redis": .string(redis.map { $0.statistics.isConnected ? "healthy" : "unhealthy" } ?? "disabled"),
        ]
        if !components.isEmpty {
            var states = JSONObject()
            for component in components {
                states[component.name] = ["status": .string(component.health.text), "detail": .string(component.detail)]
            }
            object["components"] = .object(states)
        }
        return .json(ByteBuffer(string: JSONValue.object(object).text), status: isHealthy ? .ok : .serviceUnavailable)
    }

    private static let simple = """
        {"summary": "Whether the host answers", "tags": ["health"], "responses": {"200": {"description": "It does",
         "content": {"application/json": {"schema": {"type": "object", "required": ["status", "app", "version", "environment"],
         "properties": {"status": {"const": "healthy"}, "app": {"type": "string"}, "version": {"type": "string"},
         "environment": {"type": "string"}}}}}}}}
        """

    private static let detailed = """
        {"summary": "Whether everything behind the host is well", "tags": ["health"], "responses": {
         "200": {"description": "Everything is", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DetailedHealth"}}}},
         "503": {"description": "Something is not", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DetailedHealth"}}}}}}
        """

    /// Schemas that the descriptions refer to.
    static let components: [String: JSONValue] = [
        "DetailedHealth": [
            "type": "object", "required": ["status", "app", "version", "database", "redis"],
            "properties": [
                "status": ["enum": ["healthy", "unhealthy"]], "app": ["type": "string"], "version": ["type": "string"],
                "database": ["enum": ["healthy", "unhealthy"]], "redis": ["enum": ["healthy", "unhealthy", "disabled"]],
                "components": ["type": "object"],
            ],
        ]
    ]
}
