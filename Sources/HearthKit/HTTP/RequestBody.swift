/// What a handler can take as the body of a request: an ``Input``, read from JSON or a form; an ``InputArray`` of them; `[UInt8]`,
/// the bytes as they are; a ``BodyStream``, read piece by piece while it arrives.
public protocol RequestBody: Sendable {
    /// How it is described and read.
    static var bodyFormat: BodyFormat<Self> { get }
}

/// How the body of a request is described and read.
public struct BodyFormat<Body: Sendable>: Sendable {
    /// What the API description says.
    let description: BodyDescription
    /// Whether the host leaves the reading to the handler.
    var isStreamed = false
    /// Reads it before the handler is called.
    let read: @Sendable (IncomingRequest, Context) throws -> Body
}

/// What the API description says about a body.
struct BodyDescription {
    /// Its media types, unless the route names others.
    var mediaTypes = ["*/*"]
    /// What it is in JSON; nil for bytes.
    var value: (any SchemaValue.Type)?
    /// Whether there must be one.
    var isRequired = false
}

extension Input {
    /// JSON, or the fields of a form.
    public static var bodyFormat: BodyFormat<Self> {
        let members = schema.members
        return BodyFormat(
            description: BodyDescription(mediaTypes: ["application/json"], value: Self.self, isRequired: true),
            read: { incoming, _ in members.isEmpty ? Self() : try incoming.body(Self.self, members) })
    }
}

/// A body that is a JSON array of objects. A type of its own because an array of bytes is a body of another kind.
public struct InputArray<Element: Input>: RequestBody {
    /// The objects.
    public let elements: [Element]

    /// JSON.
    public static var bodyFormat: BodyFormat<InputArray<Element>> {
        BodyFormat(
            description: BodyDescription(mediaTypes: ["application/json"], value: [Element].self, isRequired: true),
            read: { incoming, _ in InputArray(elements: try incoming.json([Element].self)) })
    }
}

extension [UInt8]: RequestBody {
    /// The bytes as they are; none when there is no body.
    public static var bodyFormat: BodyFormat<[UInt8]> {
        BodyFormat(description: BodyDescription(), read: { incoming, _ in incoming.bytes })
    }
}
