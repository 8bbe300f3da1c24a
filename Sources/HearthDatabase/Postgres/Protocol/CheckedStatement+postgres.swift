extension CheckedStatement {
    /// The text for PostgreSQL: a list is one parameter, an array.
    var postgresText: String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part): text += part
            case .list(let number, let isNegated): text += isNegated ? "<> ALL ($\(number))" : "= ANY ($\(number))"
            }
        }
    }
}
