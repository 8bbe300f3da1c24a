import HearthJSON

/// The members of another object as members of this one, where several objects share them.
///
/// ```swift
/// static let schema = Schema<HabitWithProgress>("HabitWithProgress") {
///     Include(\.habit)
///     Field("week_completions") { $0.weekCompletions }
/// }
/// ```
public struct Include<Value>: Sendable {
    let fields: [Field<Value>]

    /// Members that are written, and read if their object reads them.
    ///
    /// - Parameter path: Where the other object lies.
    public init<Part: Object>(_ path: any WritableKeyPath<Value, Part> & Sendable) {
        fields = Part.schema.fields.map { field in
            Field(
                name: field.name, type: field.type, constraints: field.constraints,
                write: { value, json in field.write(value[keyPath: path], &json) },
                read: Self.reading(field, path))
        }
    }

    private static func reading<Part>(
        _ field: Field<Part>, _ path: any WritableKeyPath<Value, Part> & Sendable
    ) -> (@Sendable (inout Value, JSONValue) throws(DecodingFailure) -> Void)? {
        guard let read = field.read else { return nil }
        return { (value: inout Value, json: JSONValue) throws(DecodingFailure) in try read(&value[keyPath: path], json) }
    }

    /// Members that are only written.
    ///
    /// - Parameter path: Where the other object lies.
    public init<Part: Output>(_ path: any KeyPath<Value, Part> & Sendable) {
        fields = Part.schema.fields.map { field in
            Field(
                name: field.name, type: field.type, constraints: field.constraints,
                write: { value, json in field.write(value[keyPath: path], &json) }, read: nil)
        }
    }
}
