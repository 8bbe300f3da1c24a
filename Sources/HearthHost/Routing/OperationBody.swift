import HearthJSON

/// The body that an operation takes, with a compiled schema for each media type.
struct OperationBody: Sendable {
    let isRequired: Bool
    let json: JSONSchema?
    let form: JSONSchema?
    /// Whether the form's media types are taken without a schema to check.
    let takesForms: Bool
    /// Other media types, whose bodies are handed on as bytes.
    let others: [String]

    init(_ value: JSONValue, components: (String) -> JSONValue?) throws(OperationError) {
        guard case .object(let object) = value, case .object(let content)? = object["content"], !content.members.isEmpty
        else { throw OperationError("requestBody needs a content with at least one media type") }
        isRequired = object["required"] == .boolean(true)
        var json: JSONSchema?
        var form: JSONSchema?
        var takesForms = false
        var others: [String] = []
        for (type, media) in content.members {
            guard case .object(let media) = media else { throw OperationError("requestBody.content.\(type) is not an object") }
            let declared = media["schema"] ?? .object(JSONObject())
            let schema: JSONSchema
            do { schema = try JSONSchema(declared, resolving: components) } catch {
                throw OperationError("the schema of the body: \(error)")
            }
            switch type {
            case "application/json": json = schema
            case "application/x-www-form-urlencoded", "multipart/form-data":
                takesForms = true
                form = schema
            default: others.append(type)
            }
        }
        self.json = json
        self.form = form
        self.takesForms = takesForms
        self.others = others
    }
}
