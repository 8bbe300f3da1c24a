/// Why a value does not fit a setting.
struct SettingFault: Error, Equatable {
    var message: String
    var suggestion: String?
}

extension SettingDeclaration {
    /// Checks a value that the operator gave, or a default. The message of a failure names the value unless it is secret.
    func check(_ tree: TOMLTree) -> Result<SettingValue, SettingFault> {
        let named = secret ? "this value" : tree.named
        func refused(_ expected: String, suggestion: String? = nil) -> Result<SettingValue, SettingFault> {
            .failure(SettingFault(message: "expected \(expected), not \(named)", suggestion: suggestion))
        }
        switch (type, tree) {
        case (.text, .text(let text)):
            if let fault = fault(in: text) { return refused(fault.expected, suggestion: fault.suggestion) }
            if let expected = rangeFault(of: Double(text.count)) { return refused("a text of \(expected) characters") }
            return .success(.text(text))
        case (.integer, .integer(let number)):
            if let expected = rangeFault(of: Double(number)) { return refused("an integer of \(expected)") }
            return .success(.integer(number))
        case (.double, .integer(let number)): return check(.double(Double(number)))
        case (.double, .double(let number)) where number.isFinite:
            if let expected = rangeFault(of: number) { return refused("a number of \(expected)") }
            return .success(.double(number))
        case (.boolean, .boolean(let flag)): return .success(.boolean(flag))
        case (.list, .array(let elements)):
            var texts: [String] = []
            for element in elements {
                guard case .text(let text) = element.value else {
                    return .failure(SettingFault(message: "expected a list of texts, but one element is \(element.value.named)"))
                }
                if let fault = fault(in: text) {
                    let message = "expected each element to be \(fault.expected), not the text \"\(text)\""
                    return .failure(SettingFault(message: message, suggestion: fault.suggestion))
                }
                texts.append(text)
            }
            if let expected = rangeFault(of: Double(texts.count)) {
                return .failure(SettingFault(message: "expected a list of \(expected) elements, not of \(texts.count)"))
            }
            return .success(.list(texts))
        default: return refused(type.expected)
        }
    }

    /// What would be right instead of a text that is no choice or does not match the pattern.
    private func fault(in text: String) -> (expected: String, suggestion: String?)? {
        if let choices, !choices.contains(text) {
            return (alternatives(choices), secret ? nil : Suggestion.nearest(to: text, among: choices))
        }
        // The manifest's reader has refused a pattern that cannot be compiled.
        if let pattern, let regex = try? Regex(pattern), (try? regex.wholeMatch(in: text)) == nil {
            // Few people read patterns.
            let example = if case .text(let right)? = defaultValue { ", such as \"\(right)\"" } else { "" }
            return ("a text that matches \(pattern)\(example)", nil)
        }
        return nil
    }

    /// The range, in words, when a number lies outside of it.
    private func rangeFault(of number: Double) -> String? {
        switch (minimum, maximum) {
        case (let minimum?, let maximum?) where !(minimum...maximum).contains(number):
            "\(plain(minimum)) to \(plain(maximum))"
        case (let minimum?, nil) where number < minimum: "at least \(plain(minimum))"
        case (nil, let maximum?) where number > maximum: "at most \(plain(maximum))"
        default: nil
        }
    }

    private func plain(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }
}
