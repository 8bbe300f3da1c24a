public import HearthJSON

/// A member of a JSON object, bound to a part of a Swift value: its name, rules and text in one place.
///
/// ```swift
/// Field("title", \.title, .required, .length(1...100))   // read and written
/// Field("level") { $0.progress.level }                    // written only
/// ```
public struct Field<Value>: Sendable {
    let name: StaticString
    let type: any SchemaValue.Type
    let constraints: [Constraint]
    /// Writes name and value.
    @usableFromInline let write: @Sendable (Value, inout JSONWriter) -> Void
    /// Reads the value; nil for a field that is only written.
    let read: (@Sendable (inout Value, JSONValue) throws(DecodingFailure) -> Void)?

    @usableFromInline init(
        name: StaticString, type: any SchemaValue.Type, constraints: [Constraint],
        write: @escaping @Sendable (Value, inout JSONWriter) -> Void,
        read: (@Sendable (inout Value, JSONValue) throws(DecodingFailure) -> Void)?
    ) {
        self.name = name
        self.type = type
        self.constraints = constraints
        self.write = write
        self.read = read
    }

    /// What is known about the member without a value. Computed when asked for: while schemas that refer to each other are
    /// made, the other one may not be there yet.
    var member: ObjectMember {
        ObjectMember(
            name: "\(name)", schema: Constraint.apply(constraints, to: type.jsonSchema),
            isRequired: constraints.contains { $0.isRequired })
    }

    /// A member that is read and written.
    ///
    /// - Parameters:
    ///   - name: The member's name in JSON; it needs no escaping there.
    ///   - path: Where the value lies.
    ///   - constraints: Rules and texts.
    @inlinable public init<T: JSONDecodable & JSONEncodable>(
        _ name: StaticString, _ path: any WritableKeyPath<Value, T> & Sendable, _ constraints: Constraint...
    ) {
        self.init(
            name: name, type: T.self, constraints: constraints,
            write: { value, json in
                json.key(name)
                value[keyPath: path].write(to: &json)
            },
            read: { (value: inout Value, json: JSONValue) throws(DecodingFailure) in
                value[keyPath: path] = try T(json: json)
            })
    }

    /// A member that is only written.
    ///
    /// - Parameters:
    ///   - name: The member's name in JSON; it needs no escaping there.
    ///   - constraints: Rules and texts.
    ///   - value: Computes the value.
    @inlinable public init<T: JSONEncodable>(
        _ name: StaticString, _ constraints: Constraint..., value: @escaping @Sendable (Value) -> T
    ) {
        self.init(
            name: name, type: T.self, constraints: constraints,
            write: { object, json in
                json.key(name)
                value(object).write(to: &json)
            },
            read: nil)
    }
}

/// What is known about a member of an object without a value.
struct ObjectMember: Sendable {
    let name: String
    let schema: JSONValue
    let isRequired: Bool
}
