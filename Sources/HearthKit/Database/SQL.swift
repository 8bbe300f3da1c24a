/// A statement, or a part of one, as data: each interpolated value becomes a parameter, never text. Only literals become text, by
/// their type, so nothing that a client has sent can.
///
/// ```swift
/// let columns: SQL = "id, title"
/// let unarchived: SQL = all ? "" : "AND archived_at IS NULL"
/// let statement: SQL = "SELECT \(columns) FROM habits WHERE user_id = \(user) AND id IN \(in: ids) \(unarchived)"
/// ```
/// What SQL may be used is written in `docs/sql.md`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Piece: Sendable {
        case text(StaticString)
        case parameter(Parameter)
    }

    let pieces: [Piece]

    /// The parameters: `$1` is the first.
    var parameters: [Parameter] { pieces.compactMap { if case .parameter(let value) = $0 { value } else { nil } } }

    /// A statement or a part of one without parameters.
    public init(stringLiteral text: StaticString) { pieces = [.text(text)] }

    /// A statement or a part of one with parameters.
    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Parts one after the other, such as the rows of an `INSERT`.
    ///
    /// - Parameters:
    ///   - parts: In their order; without any it is empty.
    ///   - separator: What stands between two of them.
    public init(_ parts: some Sequence<SQL>, separator: SQL = ", ") {
        var pieces: [Piece] = []
        for part in parts {
            if !pieces.isEmpty { pieces += separator.pieces }
            pieces += part.pieces
        }
        self.init(pieces: pieces)
    }

    /// Collects text and parameters.
    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        /// Nothing yet.
        public init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }

        /// A constant part.
        public mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text(literal)) }

        /// A value.
        public mutating func appendInterpolation(_ value: some Column) { pieces.append(.parameter(value.parameter)) }

        /// A value that may be null. The compiler takes an optional in a generic interpolation for a mistake, so it has one of
        /// its own.
        public mutating func appendInterpolation<Value: Column>(_ value: Value?) {
            pieces.append(.parameter(value?.parameter ?? .null))
        }

        /// Several values, for `x IN \(in: values)`.
        public mutating func appendInterpolation(in values: [some Column]) {
            pieces.append(.text("("))
            pieces.append(.parameter(.list(values.map(\.parameter))))
            pieces.append(.text(")"))
        }

        /// A part with its own parameters, such as a list of columns or a condition.
        public mutating func appendInterpolation(_ part: SQL) { pieces += part.pieces }
    }
}
