/// A statement as data: each interpolated value becomes a parameter, never text.
///
/// ```swift
/// "SELECT \(Habit.columns) FROM habits WHERE user_id = \(user) AND id IN \(ids)"
/// ```
/// What SQL may be used is written in `docs/sql.md`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    let text: String
    let parameters: [Parameter]

    public init(stringLiteral text: String) {
        self.text = text
        parameters = []
    }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// Collects text and parameters.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var parameters: [Parameter] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            parameters.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// A value.
        public mutating func appendInterpolation(_ value: some Column) {
            append(value.parameter)
        }

        /// Several values, for `x IN \(values)`.
        public mutating func appendInterpolation(in values: [some Column]) {
            text += "("
            append(.list(values.map(\.parameter)))
            text += ")"
        }

        /// A part that several statements share, such as a list of columns. Only literals have this type, so no
        /// value of a client can come in here.
        public mutating func appendInterpolation(_ fragment: SQLFragment) { text += fragment.text }

        private mutating func append(_ parameter: Parameter) {
            parameters.append(parameter)
            text += "$"
            text += String(parameters.count)
        }
    }
}

/// A constant part of a statement.
public struct SQLFragment: Sendable, ExpressibleByStringLiteral {
    let text: String
    public init(stringLiteral text: StaticString) { self.text = "\(text)" }
}
