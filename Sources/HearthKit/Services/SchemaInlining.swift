import HearthJSON

/// Replaces references to objects by what they refer to: services have no shared schemas.
enum SchemaInlining {
    /// The schema of a type without references.
    ///
    /// - Throws: ``HostError`` for a type that contains itself.
    static func schema(of type: any SchemaValue.Type) throws(HostError) -> JSONValue {
        var components = Components()
        components.add(type)
        return try inline(type.jsonSchema, components.all, inside: [])
    }

    private static func inline(
        _ schema: JSONValue, _ components: [any Object.Type], inside outer: [String]
    ) throws(HostError) -> JSONValue {
        switch schema {
        case .object(let object):
            if case .string(let reference)? = object["$ref"],
                let component = components.first(where: { "#/components/schemas/\($0.schemaName)" == reference })
            {
                guard !outer.contains(reference) else {
                    throw HostError(
                        .invalid, message: "\(component.schemaName) contains itself: a service cannot take or give it")
                }
                return try inline(component.definition, components, inside: outer + [reference])
            }
            var result = JSONObject()
            for (name, value) in object.members { result[name] = try inline(value, components, inside: outer) }
            return .object(result)
        case .array(let values):
            var result: [JSONValue] = []
            for value in values { result.append(try inline(value, components, inside: outer)) }
            return .array(result)
        default: return schema
        }
    }
}
