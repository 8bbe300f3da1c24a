public import HearthJSON

/// The form of a JSON object: one declaration that gives decoding, validation, OpenAPI and documentation.
public struct Schema<Value>: Sendable {
    /// The name under which it is published in `#/components/schemas`.
    public let name: String
    let fields: [Field<Value>]
    /// Writes all members. One closure made of those of the fields: unlike a loop over them it retains nothing.
    @usableFromInline let writeMembers: @Sendable (Value, inout JSONWriter) -> Void
    private let positions: [String: Int]

    /// - Parameters:
    ///   - name: The name in the API description, unique in the host.
    ///   - fields: The members, in the order in which they are written.
    public init(_ name: String, @SchemaBuilder<Value> fields: () -> [Field<Value>]) {
        self.name = name
        self.fields = fields()
        writeMembers = Self.sequence(self.fields.map(\.write)[...])
        positions = Dictionary(self.fields.enumerated().map { ("\($1.name)", $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Writes an object.
    @inlinable func write(_ value: Value, to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(value, &json)
        json.endObject()
    }

    /// One closure that calls several, as a balanced tree of pairs.
    private static func sequence(
        _ writers: ArraySlice<@Sendable (Value, inout JSONWriter) -> Void>
    ) -> @Sendable (Value, inout JSONWriter) -> Void {
        guard let first = writers.first else { return { _, _ in } }
        guard writers.count > 1 else { return first }
        let middle = writers.startIndex + writers.count / 2
        let (left, right) = (sequence(writers[..<middle]), sequence(writers[middle...]))
        return { value, json in
            left(value, &json)
            right(value, &json)
        }
    }

    /// Reads the members that are there into a value; unknown ones are passed over.
    func read(_ json: JSONValue, into value: inout Value) throws(DecodingFailure) {
        guard case .object(let object) = json else { throw DecodingFailure(expected: "an object") }
        for (name, member) in object.members {
            guard let position = positions[name], let read = fields[position].read else { continue }
            do { try read(&value, member) } catch { throw error.inside(name) }
        }
    }

    /// What is known about the members without a value.
    var members: [ObjectMember] { fields.map(\.member) }
}

/// Collects the fields of a ``Schema``.
@resultBuilder public enum SchemaBuilder<Value> {
    /// A field.
    public static func buildExpression(_ field: Field<Value>) -> [Field<Value>] { [field] }
    /// The members of another object.
    public static func buildExpression(_ include: Include<Value>) -> [Field<Value>] { include.fields }
    /// Fields that are computed elsewhere.
    public static func buildExpression(_ fields: [Field<Value>]) -> [Field<Value>] { fields }
    /// All fields.
    public static func buildBlock(_ fields: [Field<Value>]...) -> [Field<Value>] { fields.flatMap { $0 } }
}
