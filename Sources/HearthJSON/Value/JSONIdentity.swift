/// A value compared as JSON Schema compares: 1 and 1.0 are the same number, and the order of members does not matter.
struct JSONIdentity: Sendable, Hashable {
    let value: JSONValue

    static func == (a: JSONIdentity, b: JSONIdentity) -> Bool {
        switch (a.value, b.value) {
        case (.integer(let a), .number(let b)): return Int64(exactly: b) == a
        case (.number(let a), .integer(let b)): return Int64(exactly: a) == b
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { JSONIdentity(value: $0) == JSONIdentity(value: $1) }
        case (.object(let a), .object(let b)): return a.isSame(as: b) { JSONIdentity(value: $0) == JSONIdentity(value: $1) }
        case (let a, let b): return a == b
        }
    }

    func hash(into hasher: inout Hasher) {
        switch value {
        case .null: hasher.combine(0)
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(Double(value))
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let values):
            hasher.combine(values.count)
            for value in values { JSONIdentity(value: value).hash(into: &hasher) }
        case .object(let object):
            // A sum, because it must not depend on the order of the members.
            var sum = object.members.count
            for (name, value) in object.members {
                var member = Hasher()
                member.combine(name)
                JSONIdentity(value: value).hash(into: &member)
                sum &+= member.finalize()
            }
            hasher.combine(sum)
        }
    }
}

extension JSONValue {
    /// A number of either kind; nil for everything else.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
