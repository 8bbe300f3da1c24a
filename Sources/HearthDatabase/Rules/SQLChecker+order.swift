extension SQLChecker {
    private static let ends: Set<String> = [
        "limit", "offset", "for", "union", "intersect", "except", "returning", "rows", "range", "groups",
    ]

    /// Nulls come first on SQLite and last on PostgreSQL: a column that may be null is ordered with `NULLS FIRST` or
    /// `NULLS LAST`.
    func checkOrder(_ references: SQLTableReferences) throws(SQLRefusal) {
        guard !catalogue.tables.isEmpty else { return }
        for index in tokens.indices.dropFirst() where tokens[index].isWord("by") && tokens[index - 1].isWord("order") {
            var term: [SQLToken] = []
            var depth = 0
            for token in tokens[(index + 1)...] {
                if token.isSymbol("(") { depth += 1 }
                if token.isSymbol(")") { depth -= 1 }
                if depth < 0 || (depth == 0 && token.kind == .word && Self.ends.contains(token.text)) { break }
                if depth == 0, token.isSymbol(",") {
                    try checkTerm(term, references)
                    term = []
                } else {
                    term.append(token)
                }
            }
            try checkTerm(term, references)
        }
    }

    private func checkTerm(_ term: [SQLToken], _ references: SQLTableReferences) throws(SQLRefusal) {
        var term = term[...]
        if let last = term.last, last.isWord("asc") || last.isWord("desc") { term.removeLast() }
        let names = term.filter { !$0.isSymbol(".") }
        guard let column = names.last, names.allSatisfy(\.isName), names.count == (term.count + 1) / 2, names.count <= 2 else {
            return
        }
        let name = column.text.lowercased()
        let tables: [SQLTableReferences.Table]
        if names.count == 2, let qualifier = names.first?.text.lowercased() {
            tables = references.tables.filter { ($0.alias ?? $0.name) == qualifier }
        } else {
            // The alias of a result column hides the column of the table.
            guard !references.aliases.contains(name) else { return }
            tables = references.tables
        }
        for table in tables where catalogue.column(name, of: table.name)?.isNullable == true {
            throw SQLRefusal(
                "column \(name) of \(table.name) may be null, and the engines order nulls differently: "
                    + "write NULLS FIRST or NULLS LAST", line: column.line)
        }
    }
}
