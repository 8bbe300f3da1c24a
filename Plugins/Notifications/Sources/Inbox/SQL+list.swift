import HearthKit

extension SQL {
    /// Parts with commas between them.
    static func list(_ parts: [SQL]) -> SQL {
        var text = StringInterpolation(literalCapacity: 0, interpolationCount: parts.count)
        for (index, part) in parts.enumerated() {
            if index > 0 { text.appendLiteral(", ") }
            text.appendInterpolation(part)
        }
        return SQL(stringInterpolation: text)
    }
}
