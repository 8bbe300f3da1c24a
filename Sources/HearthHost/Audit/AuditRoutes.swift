import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore

/// `GET /api/admin/logs`: the audit log, for administrators.
struct AuditRoutes: Sendable {
    let database: any Database

    var routes: [Route] {
        [
            Route(
                method: .get, paths: ["/admin/logs"], access: .admin, operation: Self.operation,
                handler: HostHandler { try await list($0) })
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> ServerResponse {
        let (filter, page) = (AuditFilter(request.query), AuditPage(request.query))
        let results = try await database.batch([filter.count, filter.page(page)], scope: .host, deadline: request.deadline)
        let total = results[0].integer(0, 0) ?? 0
        var json = JSONWriter()
        json.beginObject()
        json.key("items")
        json.beginArray()
        for row in 0..<results[1].rowCount {
            if let entry = AuditEntry(results[1], row: row) { entry.write(to: &json) }
        }
        json.endArray()
        json.key("total")
        json.value(total)
        json.key("page")
        json.value(page.number)
        json.key("page_size")
        json.value(page.size)
        json.key("pages")
        json.value((total + Int64(page.size) - 1) / Int64(page.size))
        json.endObject()
        return .json(json.withBytes { ByteBuffer(bytes: $0) })
    }

    private static let operation = """
        {"summary": "Who did what, the latest first", "tags": ["admin"], "parameters": [
         {"name": "action", "in": "query", "description": "A word such as habit.deleted", "schema": {"type": "string", "maxLength": 100}},
         {"name": "plugin", "in": "query", "description": "Whose entries", "schema": {"type": "string", "maxLength": 100}},
         {"name": "subject", "in": "query", "description": "What it was done to", "schema": {"type": "string", "maxLength": 400}},
         {"name": "user_id", "in": "query", "description": "Who did it", "schema": {"type": "string", "format": "uuid"}},
         {"name": "date_from", "in": "query", "description": "The first day, in UTC", "schema": {"type": "string", "format": "date"}},
         {"name": "date_to", "in": "query", "description": "The last day, in UTC", "schema": {"type": "string", "format": "date"}},
         {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1}},
         {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}],
         "responses": {"200": {"description": "A page of entries",
         "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AuditPage"}}}}}}
        """

    /// Schemas that the descriptions refer to.
    static let components: [String: JSONValue] = [
        "AuditPage": [
            "type": "object", "required": ["items", "total", "page", "page_size", "pages"],
            "properties": [
                "items": ["type": "array", "items": ["$ref": "#/components/schemas/AuditEntry"]],
                "total": ["type": "integer", "minimum": 0], "page": ["type": "integer", "minimum": 1],
                "page_size": ["type": "integer", "minimum": 1], "pages": ["type": "integer", "minimum": 0],
            ],
        ],
        "AuditEntry": [
            "type": "object",
            "required": ["id", "created_at", "plugin", "user_id", "action", "subject", "details", "request_id"],
            "properties": [
                "id": ["type": "string", "format": "uuid"], "created_at": ["type": "string", "format": "date-time"],
                "plugin": ["type": "string"],
                "user_id": [
                    "type": ["string", "null"], "format": "uuid",
                    "description": "Null for nobody, and for a user who was erased.",
                ],
                "action": ["type": "string"], "subject": ["type": "string"], "details": ["type": ["object", "null"]],
                "request_id": ["type": "string"],
            ],
        ],
    ]
}

extension AuditEntry {
    /// The entry as JSON.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        id.withBytes { json.uuid($0) }
        json.key("created_at")
        json.timestamp(at)
        json.key("plugin")
        json.value(plugin)
        json.key("user_id")
        if let actor { actor.withBytes { json.uuid($0) } } else { json.null() }
        json.key("action")
        json.value(action)
        json.key("subject")
        json.value(subject)
        json.key("details")
        if let details { json.raw(details) } else { json.null() }
        json.key("request_id")
        json.value(requestID)
        json.endObject()
    }
}
