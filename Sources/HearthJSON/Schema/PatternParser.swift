/// A regular expression that cannot be used, and why.
struct PatternError: Error {
    let message: String
}

/// A regular expression as a tree.
indirect enum PatternTree {
    case characters(CharacterRanges)
    case start
    case end
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, minimum: Int, maximum: Int?)
}

/// A set of Unicode scalars.
struct CharacterRanges: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }

    static let digits = CharacterRanges(ranges: [0x30...0x39])
    static let words = CharacterRanges(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let spaces = CharacterRanges(ranges: [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let lineEnds = CharacterRanges(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

    var negated: CharacterRanges { CharacterRanges(ranges: ranges, isNegated: !isNegated) }

    /// The ranges of what is outside these.
    var complement: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }
}

/// Reads ECMA 262 regular expressions without what needs backtracking: back references, look-around, word boundaries.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    static func tree(of text: String) throws(PatternError) -> PatternTree {
        var parser = PatternParser(scalars: Array(text.unicodeScalars))
        let tree = try parser.choice()
        guard parser.position == parser.scalars.count else { throw PatternError(message: "a ) without (") }
        return tree
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 32 else { throw PatternError(message: "groups are nested deeper than 32 levels") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try quantified(try atom())) }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom() throws(PatternError) -> PatternTree {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .characters(CharacterRanges.lineEnds.negated)
        case "[": return .characters(try characterClass())
        case "\\": return .characters(try escape())
        case "(":
            if take("?"), !take(":") { throw PatternError(message: "of the groups with (? only (?: is supported") }
            let inner = try choice()
            guard take(")") else { throw PatternError(message: "a ( without )") }
            return inner
        case "*", "+", "?", "{": throw PatternError(message: "a quantifier without something to repeat")
        default: return .characters(CharacterRanges(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func quantified(_ atom: PatternTree) throws(PatternError) -> PatternTree {
        let minimum: Int
        var maximum: Int?
        if take("*") {
            minimum = 0
        } else if take("+") {
            minimum = 1
        } else if take("?") {
            minimum = 0
            maximum = 1
        } else if take("{") {
            minimum = try number()
            if take(",") { maximum = next == "}" ? nil : try number() } else { maximum = minimum }
            guard take("}"), maximum ?? minimum >= minimum else { throw PatternError(message: "a faulty quantifier {…}") }
        } else {
            return atom
        }
        // Whether greedy or not makes no difference to whether there is a match.
        _ = take("?")
        if let scalar = next, ["*", "+", "?", "{"].contains(scalar) {
            throw PatternError(message: "a quantifier without something to repeat")
        }
        switch atom {
        case .start, .end: throw PatternError(message: "an anchor cannot be repeated")
        default: return .repeated(atom, minimum: minimum, maximum: maximum)
        }
    }

    private mutating func number() throws(PatternError) -> Int {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            guard value ?? 0 <= 1000 else { throw PatternError(message: "more than 1000 repetitions") }
            position += 1
        }
        guard let value else { throw PatternError(message: "a faulty quantifier {…}") }
        return value
    }

    /// What follows a backslash.
    private mutating func escape() throws(PatternError) -> CharacterRanges {
        guard let scalar = next else { throw PatternError(message: "a \\ at the end") }
        position += 1
        switch scalar {
        case "d": return .digits
        case "D": return CharacterRanges.digits.negated
        case "w": return .words
        case "W": return CharacterRanges.words.negated
        case "s": return .spaces
        case "S": return CharacterRanges.spaces.negated
        case "n": return CharacterRanges(ranges: [0x0A...0x0A])
        case "r": return CharacterRanges(ranges: [0x0D...0x0D])
        case "t": return CharacterRanges(ranges: [0x09...0x09])
        case "f": return CharacterRanges(ranges: [0x0C...0x0C])
        case "v": return CharacterRanges(ranges: [0x0B...0x0B])
        case "u", "x":
            let count = scalar == "u" ? 4 : 2
            let digits = scalars[position...].prefix(count)
            guard digits.count == count, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
                let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
            else { throw PatternError(message: "\\\(scalar) needs \(count) hexadecimal digits") }
            position += count
            return CharacterRanges(ranges: [value...value])
        default:
            guard scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
                throw PatternError(message: "\\\(scalar) is not supported")
            }
            return CharacterRanges(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func characterClass() throws(PatternError) -> CharacterRanges {
        var result = CharacterRanges()
        result.isNegated = take("^")
        while !take("]") {
            let low = try member()
            // A hyphen stands for itself at the end and beside a class such as \d.
            guard let first = low.single, next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                result.ranges += low.isNegated ? low.complement : low.ranges
                continue
            }
            position += 1
            let high = try member()
            guard let last = high.single, first <= last else { throw PatternError(message: "a faulty range in […]") }
            result.ranges.append(first...last)
        }
        return result
    }

    private mutating func member() throws(PatternError) -> CharacterRanges {
        guard let scalar = next else { throw PatternError(message: "a [ without ]") }
        position += 1
        return scalar == "\\" ? try escape() : CharacterRanges(ranges: [scalar.value...scalar.value])
    }
}

extension CharacterRanges {
    /// The only scalar of the set, if it has one.
    fileprivate var single: UInt32? {
        guard !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
