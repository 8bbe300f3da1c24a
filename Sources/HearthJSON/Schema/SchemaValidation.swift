/// One check of one value: where it is and what was found so far.
struct SchemaValidation {
    private let nodes: [SchemaNode]
    private var location: [JSONSchema.Step]
    private(set) var violations: [Violation] = []
    /// How many unions the check is inside of.
    private var unions = 0
    /// Unions that contain each other can take a number of steps that doubles with each level of the value.
    private var remainingSteps = 200_000

    init(nodes: [SchemaNode], location: [JSONSchema.Step]) {
        self.nodes = nodes
        self.location = location
    }

    mutating func report(_ type: String, _ message: String) {
        guard violations.count < JSONSchema.maximumViolations else { return }
        violations.append(Violation(loc: location, msg: message, type: type))
    }

    /// Checks the whole value.
    mutating func run(_ value: JSONValue) -> [Violation] {
        check(value, 0)
        // What was found up to there says little: a branch may count as fitting because its check broke off.
        if remainingSteps <= 0 {
            violations = []
            report("too_complex", "Input takes too many steps to check")
        }
        return violations
    }

    /// Checks a part of the value by a schema.
    mutating func check(_ value: JSONValue, _ index: Int) {
        if unions > 0 { remainingSteps -= 1 }
        guard remainingSteps > 0 else { return }
        guard violations.count < JSONSchema.maximumViolations else { return }
        if nodes[index].refusesAll { return report("never", "Input is not permitted") }
        if let reference = nodes[index].reference { check(value, reference) }
        for part in nodes[index].allOf { check(value, part) }
        if let branch = nodes[index].unlessNull, value != .null { check(value, branch) }
        if !nodes[index].anyOf.isEmpty { checkAny(value, nodes[index].anyOf) }
        if !nodes[index].oneOf.isEmpty { checkOne(value, nodes[index].oneOf) }
        if let allowed = nodes[index].allowed {
            let identity = JSONIdentity(value: value)
            guard allowed.values.contains(identity) else { return report(allowed.type, allowed.message) }
        }
        guard hasAllowedType(value, index) else { return reportType(of: value, index) }
        switch value {
        case .string(let text): checkString(text, nodes[index].string)
        case .integer, .number: checkNumber(value, nodes[index].number)
        case .array(let values):
            if let rules = nodes[index].array { checkArray(values, rules) }
        case .object(let object):
            if let rules = nodes[index].object { checkObject(object, rules) }
        case .null, .boolean: break
        }
    }

    // MARK: Unions

    private mutating func checkAny(_ value: JSONValue, _ branches: [Int]) {
        var found: [Violation] = []
        for branch in branches {
            let missed = attempt(value, branch)
            if missed.isEmpty { return }
            found += missed
        }
        violations += found.prefix(JSONSchema.maximumViolations - violations.count)
    }

    private mutating func checkOne(_ value: JSONValue, _ branches: [Int]) {
        var found: [Violation] = []
        var fitting = 0
        for branch in branches {
            let missed = attempt(value, branch)
            if missed.isEmpty { fitting += 1 }
            found += missed
        }
        if fitting > 1 { return report("one_of", "Input should match exactly one of the allowed forms") }
        if fitting == 0 { violations += found.prefix(JSONSchema.maximumViolations - violations.count) }
    }

    /// What a branch finds, with the branch's label as a step of the place.
    private mutating func attempt(_ value: JSONValue, _ branch: Int) -> [Violation] {
        let before = violations
        violations = []
        unions += 1
        location.append(.name(nodes[branch].label))
        defer {
            violations = before
            unions -= 1
            location.removeLast()
        }
        check(value, branch)
        return violations
    }

    // MARK: Objects and arrays

    private mutating func checkObject(_ object: JSONObject, _ rules: ObjectRules) {
        guard object.members.count <= rules.maximumCount else {
            return report(
                "too_long", "Dictionary should have at most \(items(rules.maximumCount)) after validation, not more")
        }
        // One pass over the members, however many a client sends.
        var found = [Int](repeating: -1, count: rules.properties.count)
        var others: [Int] = []
        for (index, member) in object.members.enumerated() {
            if let position = rules.positions[member.name] { found[position] = index } else { others.append(index) }
        }
        for (property, index) in zip(rules.properties, found) {
            if index >= 0 {
                inside(.name(property.name)) { $0.check(object.members[index].value, property.schema) }
            } else if property.isRequired {
                inside(.name(property.name)) { $0.report("missing", "Field required") }
            }
        }
        for name in rules.furtherRequired where !others.contains(where: { object.members[$0].name == name }) {
            inside(.name(name)) { $0.report("missing", "Field required") }
        }
        if rules.refusesOthers {
            for index in others {
                inside(.name(object.members[index].name)) { $0.report("extra_forbidden", "Extra inputs are not permitted") }
            }
        } else if let schema = rules.others {
            for index in others {
                inside(.name(object.members[index].name)) { $0.check(object.members[index].value, schema) }
            }
        }
        if object.members.count < rules.minimumCount {
            report(
                "too_short",
                "Dictionary should have at least \(items(rules.minimumCount)) after validation, not \(object.members.count)")
        }
    }

    private mutating func checkArray(_ values: [JSONValue], _ rules: ArrayRules) {
        guard values.count <= rules.maximumCount else {
            return report(
                "too_long", "List should have at most \(items(rules.maximumCount)) after validation, not \(values.count)")
        }
        if let schema = rules.items {
            for (index, value) in values.enumerated() {
                inside(.index(index)) { $0.check(value, schema) }
                if violations.count >= JSONSchema.maximumViolations { return }
            }
        }
        if values.count < rules.minimumCount {
            report("too_short", "List should have at least \(items(rules.minimumCount)) after validation, not \(values.count)")
        }
        if rules.areUnique, Set(values.map(JSONIdentity.init)).count != values.count {
            report("unique_items", "List should have no item twice")
        }
    }

    private func items(_ count: Int) -> String { count == 1 ? "1 item" : "\(count) items" }

    private mutating func inside(_ step: JSONSchema.Step, _ body: (inout SchemaValidation) -> Void) {
        location.append(step)
        body(&self)
        location.removeLast()
    }

    // MARK: Types

    private func hasAllowedType(_ value: JSONValue, _ index: Int) -> Bool {
        if nodes[index].types.isEmpty { return true }
        for type in nodes[index].types {
            switch (type, value) {
            case (.null, .null), (.boolean, .boolean), (.string, .string), (.array, .array), (.object, .object),
                (.number, .integer), (.number, .number), (.integer, .integer):
                return true
            case (.integer, .number(let number)) where Int64(exactly: number) != nil: return true
            default: break
            }
        }
        return false
    }

    private mutating func reportType(of value: JSONValue, _ index: Int) {
        let (type, message) = TypeWording.violation(of: value, expected: nodes[index])
        report(type, message)
    }
}
