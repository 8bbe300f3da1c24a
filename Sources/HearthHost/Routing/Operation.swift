import HearthJSON

/// What a route takes, compiled once from its OpenAPI Operation Object: the same text validates requests and is
/// published in the API description.
struct Operation: Sendable {
    /// The object as declared.
    let json: JSONObject
    /// Parameters of the path, in the order of the template.
    let path: [OperationParameter]
    /// Parameters of the query.
    let query: [OperationParameter]
    /// Header fields.
    let headers: [OperationParameter]
    /// The body; nil when the operation takes none.
    let body: OperationBody?

    /// Compiles an operation.
    ///
    /// - Parameters:
    ///   - text: The Operation Object in JSON.
    ///   - template: The declared path, whose parameters have to be described.
    ///   - components: Finds the schema that a plugin has published under a name.
    /// - Throws: ``OperationError`` that says where the text is wrong.
    init(_ text: String, template: String, components: (String) -> JSONValue?) throws(OperationError) {
        let parsed: JSONValue
        do { parsed = try JSONValue(parsing: text) } catch {
            throw OperationError("it is not valid JSON: \(error.message) at line \(error.line), column \(error.column)")
        }
        guard case .object(let object) = parsed else { throw OperationError("it is not a JSON object") }
        json = object
        var parameters: [OperationParameter] = []
        if let declared = object["parameters"] {
            guard case .array(let values) = declared else { throw OperationError("parameters is not an array") }
            for (index, value) in values.enumerated() {
                parameters.append(try OperationParameter(value, index: index, components: components))
            }
        }
        var path: [OperationParameter] = []
        for name in Self.names(in: template) {
            guard let parameter = parameters.first(where: { $0.location == .path && $0.name == name }) else {
                throw OperationError("the path parameter {\(name)} is not described under parameters")
            }
            path.append(parameter)
        }
        if let stray = parameters.first(where: { parameter in
            parameter.location == .path && !path.contains { $0.name == parameter.name }
        }) {
            throw OperationError("the parameter \(stray.name) is not in the path \(template)")
        }
        self.path = path
        query = parameters.filter { $0.location == .query }
        headers = parameters.filter { $0.location == .header }
        body = try object["requestBody"].map { value throws(OperationError) in
            try OperationBody(value, components: components)
        }
        guard case .object(let responses)? = object["responses"], !responses.members.isEmpty else {
            throw OperationError("responses is missing: at least one status is to be described")
        }
    }

    /// Whether a request can be wrong by this description.
    var canBeInvalid: Bool {
        body != nil || (path + query + headers).contains { $0.isRestrictive }
    }

    /// The names of the parameters in a path template, in order.
    static func names(in template: String) -> [String] {
        template.split(separator: "/").compactMap { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
        }
    }
}

/// What is wrong with an operation's description.
struct OperationError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
