import HTTPTypes
import HearthJSON

/// The API description (OpenAPI 3.1), put together from the declarations of all routes.
struct OpenAPIDocument {
    let title: String
    let version: String
    let endpoints: [Endpoint]
    let components: [String: JSONValue]

    /// The document as JSON text.
    var text: String {
        var paths = JSONObject()
        for endpoint in endpoints {
            for path in endpoint.route.paths {
                let name = "/api" + path
                var item: JSONObject
                if case .object(let known)? = paths[name] { item = known } else { item = JSONObject() }
                item[endpoint.route.method.rawValue.lowercased()] = .object(operation(endpoint, path))
                paths[name] = .object(item)
            }
        }
        var schemas = JSONObject()
        for (name, schema) in (components.merging(Self.errorSchemas) { own, _ in own }).sorted(by: { $0.key < $1.key }) {
            schemas[name] = schema
        }
        let document: JSONObject = [
            "openapi": "3.1.0",
            "info": ["title": .string(title), "version": .string(version), "description": .string(Self.everywhere)],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas), "headers": .object(Self.limitHeaders),
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]],
            ],
        ]
        return JSONValue.object(document).text
    }

    private func operation(_ endpoint: Endpoint, _ path: String) -> JSONObject {
        var operation = endpoint.operation.json
        let route = endpoint.route
        operation["operationId"] = .string(Self.identifier(route, path))
        operation["x-plugin"] = .string(route.owner)
        switch route.access {
        case .everybody: break
        case .optional: operation["security"] = [[:], ["bearer": []]]
        case .user, .admin: operation["security"] = [["bearer": []]]
        }
        var responses = JSONObject()
        if case .object(let declared)? = operation["responses"] { responses = declared }
        func add(_ status: String, _ text: String) {
            if responses[status] == nil { responses[status] = Self.response(text) }
        }
        if route.access != .everybody { add("401", "The token is missing or not valid") }
        if route.access == .admin { add("403", "Only administrators may do this") }
        if endpoint.operation.body != nil {
            add("413", "The body is larger than this operation takes")
            add("415", "The body has a content type that this operation does not take")
        }
        if endpoint.operation.canBeInvalid {
            add("422", "The request is not valid: errors lists everything that is wrong")
        }
        if route.limit != .none { add("429", "Too many requests: the next one may come after `Retry-After` seconds") }
        for (status, response) in responses.members where (Int(status) ?? 0) >= 400 {
            // Errors have one shape, so declarations give only their text.
            guard case .object(var object) = response, object["content"] == nil else { continue }
            let schema = status == "422" ? "ValidationErrorResponse" : "ErrorResponse"
            object["content"] = Self.content(schema)
            if status == "401" { object["headers"] = Self.challenge }
            if status == "429" { object["headers"] = Self.limitReferences }
            responses[status] = .object(object)
        }
        operation["responses"] = .object(responses)
        return operation
    }

    /// What is not repeated at each operation.
    private static let everywhere = """
        Errors have one shape, and `application/problem+json` on request. Beyond what an operation lists, any may answer 400 \
        for a request that cannot be read, 408, 413, 414 and 431 at the limits of the host, 500 for a defect, 503 while the host is overloaded or ends, and 504 when the deadline has \
        passed. Each path is served below `/api/v1` too, with and without a slash at its end; `GET` serves `HEAD`; a method \
        that a path lacks is 405 with `Allow`. What lists 429 is limited: each of its answers says by `RateLimit-Policy` and \
        `RateLimit` how many requests may be sent and how many are left. A request of a user that changes something may carry an \
        `Idempotency-Key` of 1 to 255 visible ASCII characters: sent again it is answered as before, with `Idempotency-Replayed`, and \
        carried out once; 409 says that the first one is not over, 422 that the key was used for another request.
        """

    private static func identifier(_ route: Route, _ path: String) -> String {
        let words = path.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static func response(_ text: String) -> JSONValue { ["description": .string(text)] }

    private static let challenge: JSONValue = [
        "WWW-Authenticate": ["required": true, "schema": ["type": "string", "pattern": "^Bearer"]]
    ]

    private static let limitHeaders: JSONObject = [
        "RateLimit-Policy": [
            "description": "How many requests (`q`) may be sent in how many seconds (`w`), as `\"default\";q=100;w=60`",
            "schema": ["type": "string"],
        ],
        "RateLimit": [
            "description": "How many requests are left (`r`) for how many seconds (`t`), as `\"default\";r=99;t=60`",
            "schema": ["type": "string"],
        ],
        "Retry-After": ["description": "Seconds until the next request may come", "schema": ["type": "integer", "minimum": 1]],
    ]

    private static let limitReferences: JSONValue = {
        var references = JSONObject()
        for (name, _) in limitHeaders.members { references[name] = ["$ref": .string("#/components/headers/\(name)")] }
        return .object(references)
    }()

    private static func content(_ schema: String) -> JSONValue {
        ["application/json": ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]]
    }

    private static let errorSchemas: [String: JSONValue] = [
        "ErrorResponse": [
            "type": "object", "required": ["detail", "request_id"],
            "properties": [
                "detail": ["type": "string", "description": "One sentence for people"],
                "request_id": ["type": "string", "description": "As in X-Request-ID and in the log"],
            ],
        ],
        "ValidationErrorResponse": [
            "type": "object", "required": ["detail", "request_id"],
            "properties": [
                "detail": ["type": "string"], "request_id": ["type": "string"],
                "errors": [
                    "type": "array",
                    "items": [
                        "type": "object", "required": ["loc", "msg", "type"],
                        "properties": [
                            "loc": ["type": "array", "items": ["type": ["string", "integer"]]],
                            "msg": ["type": "string"], "type": ["type": "string"],
                        ],
                    ],
                ],
            ],
        ],
    ]
}
