import HearthJSON
import HearthJobs

/// What a JSON Schema cannot say about a member of a request: a check of its text, with one sentence for each thing wrong.
enum ValueRule {
    /// Letters and digits of any script, `_` and `-`.
    static func username(_ text: String) -> [String] {
        let isAllowed = text.unicodeScalars.allSatisfy { scalar in
            if scalar == "_" || scalar == "-" { return true }
            return switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
            default: false
            }
        }
        return isAllowed ? [] : ["Username can only contain letters, digits, underscores and hyphens"]
    }

    /// The length that can be hashed, and three kinds of characters.
    static func password(_ text: String) -> [String] {
        var wrong: [String] = []
        do { _ = try Password(text) } catch { wrong.append(error.message) }
        let kinds = Set(text.unicodeScalars.lazy.map(\.properties.generalCategory))
        if !kinds.contains(.uppercaseLetter) { wrong.append("Password must contain at least one uppercase letter") }
        if !kinds.contains(.lowercaseLetter) { wrong.append("Password must contain at least one lowercase letter") }
        if !kinds.contains(.decimalNumber) { wrong.append("Password must contain at least one digit") }
        return wrong
    }

    /// A password that is only compared.
    static func anyPassword(_ text: String) -> [String] {
        do { _ = try Password(text) } catch { return [error.message] }
        return []
    }

    /// A real time zone, which local days can be computed in.
    static func timezone(_ text: String) -> [String] {
        TimeZoneName.isKnown(text) && TimeZones.zone(text) != nil
            ? [] : ["Unknown time zone; use an IANA name such as Europe/Paris"]
    }

    /// Everything that rules find wrong with a body.
    static func violations(in body: JSONValue, _ rules: [(member: String, rule: (String) -> [String])]) -> [Violation] {
        guard case .object(let object) = body else { return [] }
        return rules.flatMap { member, rule -> [Violation] in
            guard case .string(let text)? = object[member] else { return [] }
            return rule(text).map {
                Violation(loc: [.name("body"), .name(member)], msg: "Value error, \($0)", type: "value_error")
            }
        }
    }
}
