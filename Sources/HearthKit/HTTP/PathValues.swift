import HearthJSON

/// The texts of a path's parameters, in the order of the route's path.
struct PathValues: Sendable {
    let names: [String]
    let texts: [String]

    /// - Throws: ``Failure`` 422 when the value is not of the type, or the path has no such parameter.
    subscript<Value>(parameter: PathParameter<Value>) -> Value {
        get throws(Failure) {
            guard let index = names.firstIndex(of: parameter.name), index < texts.count else {
                throw Failure.invalid(.init(at: ["path", parameter.name], "Field required", type: "missing"))
            }
            do throws(DecodingFailure) {
                return try Value(json: TextCoercion.json(texts[index], by: parameter.schema))
            } catch {
                throw Failure.invalid(.init(at: ["path", parameter.name], "Input should be \(error.expected)"))
            }
        }
    }
}
