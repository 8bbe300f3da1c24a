import HearthJSON

/// The description of a route as an OpenAPI 3.1 Operation Object.
struct Operation {
    let path: RoutePath
    let summary: String
    let tag: String
    let status: Int
    let options: RouteOptions
    let query: (any Input.Type)?
    let body: BodyDescription?
    let result: (any JSONEncodable.Type)?

    /// Objects to be published beside it. The query itself is spread into parameters, so only what its members refer to.
    var components: [any Object.Type] {
        var components = Components()
        if let query { components.addMembers(of: query) }
        if let value = body?.value { components.add(value) }
        if let result { components.add(result) }
        return components.all
    }

    /// The Operation Object.
    var json: JSONValue {
        var object: JSONObject = ["summary": .string(summary), "tags": [.string(tag)]]
        if !options.docs.isEmpty { object["description"] = .string(options.docs) }
        let parameters = pathParameters + queryParameters
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body {
            let schema = body.value?.jsonSchema ?? .object(JSONObject())
            var content = JSONObject()
            for type in options.mediaTypes.isEmpty ? body.mediaTypes : options.mediaTypes { content[type] = ["schema": schema] }
            object["requestBody"] = ["required": .boolean(body.isRequired), "content": .object(content)]
        }
        object["responses"] = .object(responses)
        return .object(object)
    }

    private var pathParameters: [JSONValue] {
        path.parameters.map { parameter in
            var object: JSONObject = [
                "name": .string(parameter.name), "in": "path", "required": true, "schema": parameter.schema,
            ]
            if !parameter.docs.isEmpty { object["description"] = .string(parameter.docs) }
            return .object(object)
        }
    }

    private var queryParameters: [JSONValue] {
        guard let query else { return [] }
        let defaults = query.defaults
        return query.members.map { property in
            var schema = property.schema
            var parameter: JSONObject = [
                "name": .string(property.name), "in": "query", "required": .boolean(property.isRequired),
            ]
            if case .object(var object) = schema {
                if let text = object["description"] {
                    parameter["description"] = text
                    object["description"] = nil
                }
                if !property.isRequired, let value = defaults[property.name], value != .null { object["default"] = value }
                schema = .object(object)
            }
            parameter["schema"] = schema
            return .object(parameter)
        }
    }

    private var responses: JSONObject {
        var responses = JSONObject()
        var success: JSONObject = ["description": "Success"]
        var content = JSONObject()
        if let result { content["application/json"] = ["schema": result.jsonSchema] }
        for type in options.answerTypes { content[type] = ["schema": ["type": "string"]] }
        if !content.members.isEmpty { success["content"] = .object(content) }
        responses["\(status)"] = .object(success)
        // Statuses that several failures share list all their sentences.
        var sentences: [Int: [String]] = [:]
        for failure in options.failures { sentences[failure.status, default: []].append(failure.detail) }
        for (status, details) in sentences.sorted(by: { $0.key < $1.key }) {
            responses["\(status)"] = ["description": .string(details.joined(separator: " · "))]
        }
        return responses
    }
}
