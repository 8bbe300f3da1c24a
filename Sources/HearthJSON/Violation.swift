/// One thing that is wrong with a value: where and what. Never holds the value, which may be a secret.
public struct Violation: Sendable, Equatable {
    /// Where, from the outside in.
    public let loc: [JSONSchema.Step]
    /// One sentence for people.
    public let msg: String
    /// A word for programs; the words are those of Pydantic 2, which existing clients know.
    public let type: String

    /// - Parameters:
    ///   - loc: where, from the outside in
    ///   - msg: one sentence for people
    ///   - type: a word for programs
    public init(loc: [JSONSchema.Step], msg: String, type: String) {
        self.loc = loc
        self.msg = msg
        self.type = type
    }

    /// Writes violations as the `errors` of an answer: an array of `{"loc", "msg", "type"}`.
    public static func write(_ violations: [Violation], to json: inout JSONWriter) {
        json.beginArray()
        for violation in violations {
            json.beginObject()
            json.key("loc")
            json.beginArray()
            for step in violation.loc {
                switch step {
                case .name(let name): json.value(name)
                case .index(let index): json.value(index)
                }
            }
            json.endArray()
            json.key("msg")
            json.value(violation.msg)
            json.key("type")
            json.value(violation.type)
            json.endObject()
        }
        json.endArray()
    }
}
