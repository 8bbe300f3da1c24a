import CSQLite

extension SQLiteConnection {
    /// The name of the unique constraint or index behind a message such as `habits.user_id, habits.name`: the one PostgreSQL
    /// would state. SQLite forgets the names of constraints, so they are read from the text that made the table.
    func nameOfUnique(_ detail: String) -> String? {
        // An index over an expression is named itself: "index 'habits_name_folded'".
        if detail.hasPrefix("index '") { return String(detail.dropFirst(7).dropLast()) }
        var table = ""
        var columns: [String] = []
        for part in detail.split(separator: ",") {
            let halves = part.drop { $0 == " " }.split(separator: ".", maxSplits: 1)
            guard halves.count == 2 else { return detail }
            table = String(halves[0])
            columns.append(String(halves[1]))
        }
        let indexes = rows("SELECT name, origin FROM pragma_index_list(?1) WHERE \"unique\"", table)
        let match = indexes.first { index in
            rows("SELECT name, seqno FROM pragma_index_info(?1) ORDER BY seqno", index.0).map(\.0) == columns
        }
        switch match?.1 {
        case "c": return match?.0
        case "u": return nameInTable(table, columns) ?? ([table] + columns + ["key"]).joined(separator: "_")
        default: return "\(table)_pkey"
        }
    }

    /// The name in `CONSTRAINT name UNIQUE (columns)` or `column type CONSTRAINT name UNIQUE`.
    private func nameInTable(_ table: String, _ columns: [String]) -> String? {
        guard let sql = rows("SELECT sql, name FROM sqlite_schema WHERE type = 'table' AND name = ?1", table).first?.0,
            let tokens = try? SQLTokenizer.tokens(of: sql)
        else { return nil }
        for index in tokens.indices where tokens[index].isWord("constraint") && index + 2 < tokens.count {
            guard tokens[index + 2].isWord("unique") else { continue }
            let list = index + 3 < tokens.count && tokens[index + 3].isSymbol("(")
            let names =
                list
                ? tokens[(index + 4)...].prefix { !$0.isSymbol(")") }.filter { !$0.isSymbol(",") }.map(\.text)
                : tokens[..<index].lastIndex { $0.isSymbol(",") || $0.isSymbol("(") }.map { [tokens[$0 + 1].text] } ?? []
            if names == columns { return tokens[index + 1].text }
        }
        return nil
    }

    private func rows(_ sql: String, _ parameter: String) -> [(String, String)] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return [] }
        defer { sqlite3_finalize(statement) }
        sqlite3_bind_text(statement, 1, parameter, -1, sqliteTransient)
        var rows: [(String, String)] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let texts = (0..<2).map { sqlite3_column_text(statement, Int32($0)).map { String(cString: $0) } ?? "" }
            rows.append((texts[0], texts[1]))
        }
        return rows
    }
}
