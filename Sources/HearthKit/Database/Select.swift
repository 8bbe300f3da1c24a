/// A statement with the type of its rows, to be run together with others: ``Context/query(_:)``.
public struct Select<R: Row>: Sendable {
    let sql: SQL
}

extension SQL {
    /// This statement with the type of its rows.
    public func rows<R: Row>(_: R.Type = R.self) -> Select<R> { Select(sql: self) }
}
