import HearthKit

extension SQL.StringInterpolation {
    /// A value that may be null. The compiler takes an optional in a generic interpolation for a mistake, so it has one of its own.
    mutating func appendInterpolation<T: Column>(_ value: T?) {
        func append(_ value: some Column) { appendInterpolation(value) }
        append(value)
    }
}
