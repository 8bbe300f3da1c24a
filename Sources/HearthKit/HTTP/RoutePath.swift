import HearthJSON

/// A typed parameter of a path.
///
/// ```swift
/// let habit = PathParameter<UUID>("habit_id", "The habit.")
/// routes.route(.get, "/habits/\(habit)", "Show a habit") { request in try request[habit] … }
/// ```
public struct PathParameter<Value: JSONDecodable>: Sendable {
    let name: String
    let docs: String
    let schema: JSONValue

    /// - Parameters:
    ///   - name: As it appears in the API description.
    ///   - docs: A sentence for the documentation.
    public init(_ name: String, _ docs: String = "") {
        self.name = name
        self.docs = docs
        schema = Value.jsonSchema
    }
}

/// The path of a route below `/api`, with typed parameters in it.
public struct RoutePath: Sendable, ExpressibleByStringInterpolation {
    let text: String
    let parameters: [(name: String, schema: JSONValue, docs: String)]

    /// A path without parameters.
    public init(stringLiteral text: String) {
        self.text = text
        parameters = []
    }

    /// A path with parameters.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// Collects text and parameters.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var parameters: [(name: String, schema: JSONValue, docs: String)] = []

        /// Nothing yet.
        public init(literalCapacity: Int, interpolationCount: Int) {}
        /// A constant part.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// A parameter.
        public mutating func appendInterpolation<Value>(_ parameter: PathParameter<Value>) {
            text += "{\(parameter.name)}"
            parameters.append((parameter.name, parameter.schema, parameter.docs))
        }
    }
}
