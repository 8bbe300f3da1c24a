extension SchemaNode {
    typealias Location = [JSONSchema.Step]

    /// Adds everything that is wrong with a value.
    func check(_ value: JSONValue, at location: Location, into violations: inout [Violation]) {
        if isForbidden { return violations.refuse(at: location, "extra_forbidden", "Extra inputs are not permitted") }
        reference?.check(value, at: location, into: &violations)
        if let types, !types.contain(value) {
            let (type, message) = Self.wrongType(types, value)
            return violations.refuse(at: location, type, message)
        }
        if let choices, !choices.contains(value) { violations.refuse(at: location, "enum", "Input should be \(Self.list(choices))") }
        switch value {
        case .string(let text): checkText(text, at: location, into: &violations)
        case .integer(let number): checkNumber(Double(number), at: location, into: &violations)
        case .number(let number): checkNumber(number, at: location, into: &violations)
        case .array(let values): checkArray(values, at: location, into: &violations)
        case .object(let object): checkObject(object, at: location, into: &violations)
        case .null, .boolean: break
        }
        checkAlternatives(value, at: location, into: &violations)
    }

    private func checkText(_ text: String, at location: Location, into violations: inout [Violation]) {
        if minimumLength != nil || maximumLength != nil {
            let length = text.unicodeScalars.count
            if let minimumLength, length < minimumLength {
                violations.refuse(at: location, "string_too_short", "String should have at least \(Self.count(minimumLength, "character"))")
            }
            if let maximumLength, length > maximumLength {
                violations.refuse(at: location, "string_too_long", "String should have at most \(Self.count(maximumLength, "character"))")
            }
        }
        if let pattern, !pattern.matches(text) {
            violations.refuse(at: location, "string_pattern_mismatch", "String should match pattern '\(pattern.text)'")
        }
        if let format, !format.accepts(text) { violations.refuse(at: location, format.refusal.type, format.refusal.message) }
    }

    private func checkNumber(_ number: Double, at location: Location, into violations: inout [Violation]) {
        if let minimum, number < minimum {
            violations.refuse(at: location, "greater_than_equal", "Input should be greater than or equal to \(Self.text(minimum))")
        }
        if let maximum, number > maximum { violations.refuse(at: location, "less_than_equal", "Input should be less than or equal to \(Self.text(maximum))") }
        if let exclusiveMinimum, number <= exclusiveMinimum {
            violations.refuse(at: location, "greater_than", "Input should be greater than \(Self.text(exclusiveMinimum))")
        }
        if let exclusiveMaximum, number >= exclusiveMaximum {
            violations.refuse(at: location, "less_than", "Input should be less than \(Self.text(exclusiveMaximum))")
        }
        if let multipleOf, (number / multipleOf).rounded() * multipleOf != number {
            violations.refuse(at: location, "multiple_of", "Input should be a multiple of \(Self.text(multipleOf))")
        }
    }

    private func checkArray(
        _ values: [JSONValue], at location: Location, into violations: inout [Violation]
    ) {
        if let minimumCount, values.count < minimumCount {
            violations.refuse(at: location, "too_short", "List should have at least \(Self.count(minimumCount, "item")) after validation, not \(values.count)")
        }
        if let maximumCount, values.count > maximumCount {
            // What lies beyond the limit is not looked at: a long list must not become a long list of errors.
            return violations.refuse(at: location, "too_long", "List should have at most \(Self.count(maximumCount, "item")) after validation, not \(values.count)")
        }
        if isUnique, values.indices.contains(where: { values[..<$0].contains(values[$0]) }) {
            violations.refuse(at: location, "unique_items", "List should have different items")
        }
        guard let items else { return }
        for (index, value) in values.enumerated() { items.check(value, at: location + [.index(index)], into: &violations) }
    }

    private func checkObject(_ object: JSONObject, at location: Location, into violations: inout [Violation]) {
        for name in required where object[name] == nil {
            violations.append(Violation(loc: location + [.name(name)], msg: "Field required", type: "missing"))
        }
        for (name, value) in object.members {
            if let node = properties.first(where: { $0.name == name })?.node ?? additional {
                node.check(value, at: location + [.name(name)], into: &violations)
            }
        }
    }

    private func checkAlternatives(
        _ value: JSONValue, at location: Location, into violations: inout [Violation]
    ) {
        for node in allOf { node.check(value, at: location, into: &violations) }
        if !anyOf.isEmpty { checkOne(of: anyOf, value, at: location, into: &violations) }
        if !oneOf.isEmpty {
            let matching = oneOf.filter { $0.accepts(value) }.count
            if matching == 0 { checkOne(of: oneOf, value, at: location, into: &violations) }
            if matching > 1 { violations.refuse(at: location, "one_of", "Input should match exactly one of the allowed forms") }
        }
    }

    /// The violations of the alternative that was most likely meant: the one that is not null.
    private func checkOne(of nodes: [SchemaNode], _ value: JSONValue, at location: Location, into violations: inout [Violation]) {
        guard !nodes.contains(where: { $0.accepts(value) }) else { return }
        let meant = nodes.filter { !$0.isNull }
        for node in meant.isEmpty ? nodes : meant { node.check(value, at: location, into: &violations) }
    }

    private func accepts(_ value: JSONValue) -> Bool {
        var violations: [Violation] = []
        check(value, at: [], into: &violations)
        return violations.isEmpty
    }

    private static func wrongType(_ types: SchemaTypes, _ value: JSONValue) -> (String, String) {
        if types.contains(.string) { return ("string_type", "Input should be a valid string") }
        if types.contains(.integer) {
            if case .number = value {
                return ("int_from_float", "Input should be a valid integer, got a number with a fractional part")
            }
            return ("int_type", "Input should be a valid integer")
        }
        if types.contains(.number) { return ("float_type", "Input should be a valid number") }
        if types.contains(.boolean) { return ("bool_type", "Input should be a valid boolean") }
        if types.contains(.array) { return ("list_type", "Input should be a valid list") }
        if types.contains(.object) { return ("dict_type", "Input should be a valid dictionary") }
        return ("none_required", "Input should be None")
    }

    private static func list(_ choices: [JSONValue]) -> String {
        let texts = choices.map { choice in
            if case .string(let text) = choice { "'\(text)'" } else { choice.text }
        }
        guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
        return texts.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }

    private static func text(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }
}

extension [Violation] {
    fileprivate mutating func refuse(at location: [JSONSchema.Step], _ type: String, _ message: String) {
        append(Violation(loc: location, msg: message, type: type))
    }
}
