/// Checks the tokens of one statement and collects what must be replaced in its text.
struct SQLChecker {
    let sql: String
    let tokens: [SQLToken]
    let scope: TableScope
    let dialect: Dialect
    let catalogue: SchemaCatalogue

    enum Replacement {
        case text(String)
        case list(Int, isNegated: Bool)
    }
    private(set) var replacements: [(range: Range<Int>, with: Replacement)] = []

    init(sql: String, tokens: [SQLToken], scope: TableScope, dialect: Dialect, catalogue: SchemaCatalogue) {
        self.sql = sql
        // A semicolon at the end is harmless.
        self.tokens = tokens.last?.isSymbol(";") == true ? tokens.dropLast() : tokens
        self.scope = scope
        self.dialect = dialect
        self.catalogue = catalogue
    }

    /// Checks everything and translates the statement.
    mutating func translate() throws(SQLRefusal) -> CheckedStatement {
        try checkBeginning()
        let references = try SQLTableReferences.find(in: tokens)
        for index in tokens.indices { try checkToken(at: index, references: references) }
        try checkTables(references)
        try checkOrder(references)
        let count = try checkParameters()
        let isRead = !tokens.contains { $0.isWord("insert") || $0.isWord("update") || $0.isWord("delete") } || isLockingRead
        return CheckedStatement(
            sql: sql, pieces: pieces(), isRead: isRead, parameterCount: count,
            tables: Set(references.tables.map(\.name)))
    }

    /// A SELECT whose only UPDATE is that of FOR UPDATE: on SQLite a plain read.
    private var isLockingRead: Bool {
        dialect == .sqlite
            && tokens.indices.allSatisfy { index in
                let token = tokens[index]
                guard !token.isWord("insert"), !token.isWord("delete") else { return false }
                return !token.isWord("update") || (index > 0 && tokens[index - 1].isWord("for"))
            }
    }

    func at(_ index: Int) -> SQLToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    private func checkBeginning() throws(SQLRefusal) {
        guard let first = tokens.first else { throw SQLRefusal("the statement is empty", line: 1) }
        if let semicolon = tokens.first(where: { $0.isSymbol(";") }) {
            throw SQLRefusal("one statement a call: pass several as a batch", line: semicolon.line)
        }
        if first.kind == .word, let cure = SQLWords.refusedStatements[first.text] {
            throw SQLRefusal("\(first.text.uppercased()) is not allowed here: \(cure)", line: first.line)
        }
        guard ["select", "insert", "update", "delete", "with", "values"].contains(first.text), first.kind == .word else {
            throw SQLRefusal("a statement begins with SELECT, INSERT, UPDATE, DELETE, WITH or VALUES", line: first.line)
        }
    }

    private func checkTables(_ references: SQLTableReferences) throws(SQLRefusal) {
        for table in references.tables where !scope.owns(table: table.name) {
            throw SQLRefusal(
                "table \(table.name) does not belong to \(scope.owner), whose tables are \(scope.prefix) and \(scope.prefix)_…: "
                    + "ask its owner through a service", line: table.line)
        }
    }

    private mutating func checkToken(at index: Int, references: SQLTableReferences) throws(SQLRefusal) {
        let token = tokens[index]
        let next = at(index + 1)
        switch token.kind {
        case .parameter(let number):
            if dialect == .sqlite { replacements.append((token.range, .text("?\(number)"))) }
        case .word where at(index - 1)?.isSymbol(".") == true:
            break
        case .word:
            if let next, next.kind == .string,
                let literal = try SQLLiteral.translate(type: token, text: next, dialect: dialect)
            {
                replacements.append((token.range.lowerBound..<next.range.upperBound, .text(literal)))
            } else {
                try checkWord(token, at: index, references: references)
            }
        case .symbol where token.isSymbol(";"):
            throw SQLRefusal("one statement a call: pass several as a batch", line: token.line)
        default: break
        }
    }

    private mutating func checkWord(_ token: SQLToken, at index: Int, references: SQLTableReferences) throws(SQLRefusal) {
        let next = at(index + 1)
        if let cure = SQLWords.refused[token.text] { throw SQLRefusal(cure, line: token.line) }
        switch token.text {
        case "in": checkList(at: index)
        case "like": checkLike(at: index)
        case "for": try checkLock(at: index)
        case "cast": try checkCast(at: index)
        case "limit":
            if at(index + 2)?.isSymbol(",") == true {
                throw SQLRefusal("LIMIT a, b is not portable: write LIMIT b OFFSET a", line: token.line)
            }
        case "insert":
            if next?.isWord("into") != true { throw SQLRefusal("write INSERT INTO … ON CONFLICT …", line: token.line) }
        case "except", "intersect":
            if next?.isWord("all") == true {
                throw SQLRefusal("\(token.text.uppercased()) ALL is not portable", line: token.line)
            }
        case "all" where next?.isSymbol("(") == true && at(index - 1)?.kind == .symbol:
            throw SQLRefusal("ALL (…) is not portable: write column NOT IN ($1) with a list parameter", line: token.line)
        case "using" where tokens[0].isWord("delete") && at(index + 1)?.isSymbol("(") != true:
            throw SQLRefusal("DELETE … USING is not portable: write WHERE … IN (SELECT …)", line: token.line)
        case "similar" where next?.isWord("to") == true:
            throw SQLRefusal("SIMILAR TO is not portable: use LIKE, or match in code", line: token.line)
        case "at" where next?.isWord("time") == true:
            throw SQLRefusal("AT TIME ZONE is not portable: compute dates in code and pass them as parameters", line: token.line)
        default: break
        }
        let isCall = next?.isSymbol("(") == true && !references.names.contains(index)
        if isCall, !SQLWords.keywords.contains(token.text) { try checkCall(token, at: index) }
    }

    private mutating func checkCall(_ token: SQLToken, at index: Int) throws(SQLRefusal) {
        if let cure = SQLWords.refusedFunctions[token.text] {
            throw SQLRefusal("\(token.text)() is not portable: \(cure)", line: token.line)
        }
        guard SQLWords.functions.contains(token.text) else {
            throw SQLRefusal(
                "\(token.text)() is not one of the portable functions: \(SQLWords.functions.sorted().joined(separator: ", "))",
                line: token.line)
        }
        switch token.text {
        case "min" where argumentCount(at: index) > 1, "max" where argumentCount(at: index) > 1:
            let cure = token.text == "min" ? "least" : "greatest"
            throw SQLRefusal("\(token.text)() of several values is not portable: write \(cure)(…)", line: token.line)
        case "greatest" where dialect == .sqlite: replacements.append((token.range, .text("max")))
        case "least" where dialect == .sqlite: replacements.append((token.range, .text("min")))
        default: break
        }
    }

    /// `IN ($n)` takes a list.
    private mutating func checkList(at index: Int) {
        guard at(index + 1)?.isSymbol("(") == true, at(index + 3)?.isSymbol(")") == true,
            case .parameter(let number)? = at(index + 2)?.kind
        else { return }
        let isNegated = at(index - 1)?.isWord("not") == true
        let first = isNegated ? index - 1 : index
        replacements.append(
            (tokens[first].range.lowerBound..<tokens[index + 3].range.upperBound, .list(number, isNegated: isNegated)))
    }

    /// Without ESCAPE, PostgreSQL takes the backslash and SQLite nothing.
    private mutating func checkLike(at index: Int) {
        guard dialect == .sqlite, let operand = endOfOperand(from: index + 1), at(operand + 1)?.isWord("escape") != true
        else { return }
        let end = tokens[operand].range.upperBound
        replacements.append((end..<end, .text(" ESCAPE '\\'")))
    }

    /// The last token of a parameter, literal, name or call.
    private func endOfOperand(from start: Int) -> Int? {
        guard let first = at(start) else { return nil }
        if first.kind == .symbol { return first.isSymbol("(") ? closing(of: start) : nil }
        var last = start
        while at(last + 1)?.isSymbol(".") == true, at(last + 2) != nil { last += 2 }
        if at(last + 1)?.isSymbol("(") == true { last = closing(of: last + 1) ?? last }
        while at(last + 1)?.isSymbol("||") == true, let more = endOfOperand(from: last + 2) { last = more }
        return last
    }

    /// `FOR UPDATE` and `FOR UPDATE SKIP LOCKED`, at the end of a query.
    private mutating func checkLock(at index: Int) throws(SQLRefusal) {
        let line = tokens[index].line
        guard at(index + 1)?.isWord("update") == true else {
            throw SQLRefusal("of row locks only FOR UPDATE and FOR UPDATE SKIP LOCKED are portable", line: line)
        }
        var last = index + 1
        if at(index + 2)?.isWord("skip") == true, at(index + 3)?.isWord("locked") == true { last = index + 3 }
        guard at(last + 1) == nil || at(last + 1)?.isSymbol(")") == true else {
            throw SQLRefusal("FOR UPDATE [SKIP LOCKED] ends a query", line: line)
        }
        // SQLite has one writer: whoever is in a writing transaction has locked everything.
        if dialect == .sqlite {
            replacements.append((tokens[index].range.lowerBound..<tokens[last].range.upperBound, .text("")))
        }
    }

    private mutating func checkCast(at index: Int) throws(SQLRefusal) {
        guard at(index + 1)?.isSymbol("(") == true, let end = closing(of: index + 1) else { return }
        guard end >= index + 4, tokens[end - 2].isWord("as"), SQLWords.castTypes.contains(tokens[end - 1].text) else {
            throw SQLRefusal("CAST takes one of the types text, integer, bigint, double", line: tokens[index].line)
        }
        if tokens[end - 1].isWord("double"), dialect == .postgres {
            replacements.append((tokens[end - 1].range, .text("double precision")))
        }
    }

    func closing(of open: Int) -> Int? {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index].isSymbol("(") { depth += 1 }
            if tokens[index].isSymbol(")") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private func argumentCount(at index: Int) -> Int {
        guard let end = closing(of: index + 1) else { return 0 }
        var depth = 0
        var commas = 0
        for token in tokens[index + 1...end] {
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            if token.isSymbol(","), depth == 1 { commas += 1 }
        }
        return commas + 1
    }

    private func checkParameters() throws(SQLRefusal) -> Int {
        var used: Set<Int> = []
        for case .parameter(let number) in tokens.lazy.map(\.kind) { used.insert(number) }
        let count = used.max() ?? 0
        for number in 1...max(1, count) where count > 0 && !used.contains(number) {
            throw SQLRefusal("parameter $\(number) is not used: number them without gaps", line: 1)
        }
        var lists: Set<Int> = []
        for case .list(let number, _) in replacements.lazy.map(\.with) { lists.insert(number) }
        guard lists.count <= 8 else { throw SQLRefusal("a statement has at most 8 list parameters", line: 1) }
        return count
    }

    private func pieces() -> [CheckedStatement.Piece] {
        let bytes = [UInt8](sql.utf8)
        var pieces: [CheckedStatement.Piece] = []
        var text = ""
        var position = 0
        let end = tokens.last?.range.upperBound ?? 0
        // A longer replacement hides those inside it, such as the parameter in IN ($n).
        for (range, replacement) in replacements.sorted(by: {
            ($0.range.lowerBound, -$0.range.count) < ($1.range.lowerBound, -$1.range.count)
        }) where range.lowerBound >= position {
            text += String(decoding: bytes[position..<range.lowerBound], as: UTF8.self)
            position = range.upperBound
            switch replacement {
            case .text(let new): text += new
            case .list(let number, let isNegated):
                pieces.append(.text(text))
                pieces.append(.list(number, isNegated: isNegated))
                text = ""
            }
        }
        text += String(decoding: bytes[position..<max(position, end)], as: UTF8.self)
        pieces.append(.text(text))
        return pieces
    }
}
