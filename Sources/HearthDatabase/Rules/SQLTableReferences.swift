/// The tables that a statement names, and the names that only look like calls of functions.
struct SQLTableReferences {
    struct Table {
        var name: String
        var alias: String?
        var line: Int
    }

    /// Real tables, without names of WITH.
    var tables: [Table] = []
    /// Indices of tokens before a parenthesis that are names of tables, of WITH or of windows.
    var names: Set<Int> = []
    /// Names after AS: aliases of tables and columns.
    var aliases: Set<String> = []

    private struct Frame {
        var isInFrom = false
        var expectsTable = false
    }

    private static let ends: Set<String> = [
        "where", "group", "order", "having", "limit", "union", "intersect", "except", "returning", "set", "select", "values",
        "window", "offset", "for",
    ]

    static func find(in tokens: [SQLToken]) throws(SQLRefusal) -> SQLTableReferences {
        var references = SQLTableReferences()
        let queries = references.findWith(in: tokens)
        var frames = [Frame()]
        for index in tokens.indices {
            let token = tokens[index]
            let top = frames.count - 1
            let previous = index > 0 ? tokens[index - 1] : nil
            if token.isSymbol("(") {
                var frame = Frame()
                if frames[top].expectsTable {
                    frames[top].expectsTable = false
                    let begin = index + 1 < tokens.count ? tokens[index + 1].text : ""
                    // FROM (a JOIN b …) goes on naming tables; FROM (SELECT …) begins anew.
                    if !["select", "with", "values"].contains(begin) { frame = Frame(isInFrom: true, expectsTable: true) }
                }
                frames.append(frame)
            } else if token.isSymbol(")") {
                guard frames.count > 1 else { throw SQLRefusal("a parenthesis is closed that was not opened", line: token.line) }
                frames.removeLast()
            } else if token.isSymbol(","), frames[top].isInFrom {
                frames[top].expectsTable = true
            } else if token.kind == .word, previous?.isSymbol(".") != true, SQLWords.keywords.contains(token.text) {
                try references.keyword(token, previous: previous, before: index > 1 ? tokens[index - 2] : nil, &frames[top])
            } else if frames[top].expectsTable {
                frames[top].expectsTable = false
                try references.table(at: index, in: tokens, queries: queries)
            }
            if previous?.isWord("as") == true, token.isName { references.aliases.insert(token.text.lowercased()) }
        }
        guard frames.count == 1 else { throw SQLRefusal("a parenthesis is not closed", line: tokens.last?.line ?? 1) }
        return references
    }

    private mutating func keyword(
        _ token: SQLToken, previous: SQLToken?, before: SQLToken?, _ frame: inout Frame
    )
        throws(SQLRefusal)
    {
        if token.text == "or", previous?.isWord("update") == true {
            throw SQLRefusal("UPDATE OR is not portable: write WHERE, or INSERT … ON CONFLICT", line: token.line)
        }
        guard !frame.expectsTable else {
            throw SQLRefusal("the name of a table is missing before \(token.text.uppercased())", line: token.line)
        }
        switch token.text {
        case "from":
            // IS [NOT] DISTINCT FROM compares values.
            if previous?.isWord("distinct") == true, before?.isWord("is") == true || before?.isWord("not") == true { return }
            frame = Frame(isInFrom: true, expectsTable: true)
        case "join": frame = Frame(isInFrom: true, expectsTable: true)
        case "into": frame.expectsTable = true
        case "update":
            if previous?.isWord("for") != true, previous?.isWord("do") != true { frame.expectsTable = true }
        case let word where Self.ends.contains(word): frame.isInFrom = false
        default: break
        }
    }

    private mutating func table(at index: Int, in tokens: [SQLToken], queries: Set<String>) throws(SQLRefusal) {
        let token = tokens[index]
        let next = index + 1 < tokens.count ? tokens[index + 1] : nil
        guard token.kind == .word || token.kind == .quoted else {
            throw SQLRefusal("the name of a table is expected and not \(token.text)", line: token.line)
        }
        if token.isWord("lateral") || token.isWord("only") {
            throw SQLRefusal("\(token.text.uppercased()) is not portable", line: token.line)
        }
        if next?.isSymbol(".") == true {
            throw SQLRefusal("tables are named without a schema", line: token.line)
        }
        let follows = index > 0 ? tokens[index - 1] : nil
        if next?.isSymbol("(") == true {
            guard follows?.isWord("into") == true else {
                let cure = SQLWords.refusedFunctions[token.text].map { ": \($0)" } ?? ""
                throw SQLRefusal("\(token.text)() cannot stand for a table\(cure)", line: token.line)
            }
            names.insert(index)
        }
        let name = token.text.lowercased()
        guard !queries.contains(name) else { return }
        var alias: String?
        if let next, next.isWord("as"), index + 2 < tokens.count { alias = tokens[index + 2].text.lowercased() }
        if let next, next.isName { alias = next.text.lowercased() }
        tables.append(Table(name: name, alias: alias, line: token.line))
    }

    /// The names of WITH: `name [(columns)] AS [NOT] [MATERIALIZED] (`.
    private mutating func findWith(in tokens: [SQLToken]) -> Set<String> {
        var queries: Set<String> = []
        guard tokens.contains(where: { $0.isWord("with") }) else { return queries }
        for index in tokens.indices.dropFirst() where tokens[index].isName {
            let previous = tokens[index - 1]
            guard previous.isWord("with") || previous.isWord("recursive") || previous.isSymbol(",") else { continue }
            var next = index + 1
            let hasColumns = next < tokens.count && tokens[next].isSymbol("(")
            if hasColumns {
                while next < tokens.count, !tokens[next].isSymbol(")") { next += 1 }
                next += 1
            }
            guard next < tokens.count, tokens[next].isWord("as") else { continue }
            next += 1
            while next < tokens.count, tokens[next].isWord("not") || tokens[next].isWord("materialized") { next += 1 }
            guard next < tokens.count, tokens[next].isSymbol("(") else { continue }
            queries.insert(tokens[index].text.lowercased())
            if hasColumns { names.insert(index) }
        }
        return queries
    }
}
