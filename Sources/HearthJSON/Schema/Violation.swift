/// One way in which a value breaks a schema, in the wording of pydantic 2, which clients of these contracts know.
///
/// It never contains the value itself: a rejected password must not come back in an answer or stand in a log.
public struct Violation: Sendable, Equatable {
    /// Where: for example `["body", "items", 2, "name"]`.
    public var loc: [JSONSchema.Step]
    /// What is wrong, as a sentence for people.
    public var msg: String
    /// What is wrong, as a name for programs, such as `string_too_short`.
    public var type: String

    /// A violation that the caller has found by itself.
    ///
    /// - Parameters:
    ///   - loc: where
    ///   - msg: what is wrong, as a sentence that does not repeat the value
    ///   - type: what is wrong, as a name for programs
    public init(loc: [JSONSchema.Step], msg: String, type: String) {
        self.loc = loc
        self.msg = msg
        self.type = type
    }

    /// The violation of a text that is not JSON.
    ///
    /// - Parameters:
    ///   - error: what the parser says
    ///   - location: where the text came from, such as `["body"]`; the byte offset is added to it
    public init(_ error: JSONParseError, at location: [JSONSchema.Step]) {
        self.init(loc: location + [.index(error.offset)], msg: "JSON decode error: \(error.message)", type: "json_invalid")
    }

    /// Writes `{"loc": […], "msg": "…", "type": "…"}`.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("loc")
        json.beginArray()
        for step in loc {
            switch step {
            case .name(let name): json.value(name)
            case .index(let index): json.value(index)
            }
        }
        json.endArray()
        json.key("msg")
        json.value(msg)
        json.key("type")
        json.value(type)
        json.endObject()
    }
}

extension JSONSchema {
    /// A step on the way to a value: a member's name or a position in an array.
    public enum Step: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible {
        /// The name of a member, or of the part of a request.
        case name(String)
        /// A position in an array, from 0.
        case index(Int)

        /// A name.
        public init(stringLiteral value: String) { self = .name(value) }
        /// A position.
        public init(integerLiteral value: Int) { self = .index(value) }

        /// The name or the number.
        public var description: String {
            switch self {
            case .name(let name): name
            case .index(let index): "\(index)"
            }
        }
    }
}
