// Optimised code calls the C mathematics library (fmod, trunc); the import is what links it.
#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Strings and numbers. As in pydantic, a value is reported for the first rule that it breaks.
extension SchemaValidation {
    mutating func checkString(_ text: String, _ rules: StringRules) {
        if rules.minimumLength > 0 || rules.maximumLength < .max {
            // Lengths count Unicode scalars, as Python does; a text has at most as many as it has bytes.
            let bytes = text.utf8.count
            let isSure = bytes <= rules.maximumLength && bytes / 4 >= rules.minimumLength
            let length = isSure ? bytes : text.unicodeScalars.count
            if length < rules.minimumLength {
                let characters = self.characters(rules.minimumLength)
                return report("string_too_short", "String should have at least \(characters)")
            }
            if length > rules.maximumLength {
                let characters = self.characters(rules.maximumLength)
                return report("string_too_long", "String should have at most \(characters)")
            }
        }
        if let pattern = rules.pattern, !pattern.isFound(in: text) {
            let example = rules.example.map { ", such as '\($0)'" } ?? ""
            return report("string_pattern_mismatch", "String should match pattern '\(pattern.text)'\(example)")
        }
        if let (type, message) = rules.format?.violation(of: text) { report(type, message) }
    }

    private func characters(_ count: Int) -> String { count == 1 ? "1 character" : "\(count) characters" }

    mutating func checkNumber(_ value: JSONValue, _ rules: NumberRules) {
        if let step = rules.multipleOf, !isMultiple(value, of: step) {
            report("multiple_of", "Input should be a multiple of \(text(step))")
        } else if let bound = rules.maximum, isLess(bound, value) {
            report("less_than_equal", "Input should be less than or equal to \(text(bound))")
        } else if let bound = rules.exclusiveMaximum, !isLess(value, bound) {
            report("less_than", "Input should be less than \(text(bound))")
        } else if let bound = rules.minimum, isLess(value, bound) {
            report("greater_than_equal", "Input should be greater than or equal to \(text(bound))")
        } else if let bound = rules.exclusiveMinimum, !isLess(bound, value) {
            report("greater_than", "Input should be greater than \(text(bound))")
        }
    }

    private func isLess(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if case .integer(let a) = a, case .integer(let b) = b { return a < b }
        return a.double ?? 0 < b.double ?? 0
    }

    private func isMultiple(_ value: JSONValue, of step: JSONValue) -> Bool {
        if case .integer(let value) = value, case .integer(let step) = step { return value % step == 0 }
        guard let value = value.double, let step = step.double else { return true }
        // 0.3 is a multiple of 0.1 although binary fractions say otherwise: pydantic's tolerance.
        let remainder = abs(value.truncatingRemainder(dividingBy: step))
        let tolerance = abs(value) / 1e9
        return remainder <= tolerance || abs(remainder - step) <= tolerance
    }

    /// A bound as Python writes it in such sentences: whole numbers without a fraction.
    private func text(_ bound: JSONValue) -> String {
        if case .number(let value) = bound, let whole = Int64(exactly: value) { return "\(whole)" }
        return bound.text
    }
}
