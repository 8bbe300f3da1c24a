/// Translates the statements of a migration from portable types for an engine, and refuses what does not belong to the owner.
struct SchemaTranslator {
    /// A statement ready to be run, with the line on which it begins.
    struct TranslatedStatement: Equatable {
        var sql: String
        var line: Int
    }

    let scope: TableScope
    let dialect: Dialect
    /// Whether the file was written for this engine: only statements and owners are checked.
    let isNative: Bool
    private(set) var catalogue: SchemaCatalogue

    private var sql: [UInt8] = []
    private var tokens: [SQLToken] = []
    private var replacements: [(range: Range<Int>, text: String)] = []

    init(scope: TableScope, dialect: Dialect, isNative: Bool = false, catalogue: SchemaCatalogue = SchemaCatalogue()) {
        self.catalogue = catalogue
        self.scope = scope
        self.dialect = dialect
        self.isNative = isNative
    }

    /// Translates all statements of a text.
    mutating func translate(_ text: String) throws(SQLRefusal) -> [TranslatedStatement] {
        sql = [UInt8](text.utf8)
        var statements: [TranslatedStatement] = []
        for part in try SQLTokenizer.tokens(of: text).split(whereSeparator: { $0.isSymbol(";") }) {
            tokens = Array(part)
            replacements = []
            statements.append(TranslatedStatement(sql: try statement(), line: tokens[0].line))
        }
        return statements
    }

    // MARK: Statements

    private mutating func statement() throws(SQLRefusal) -> String {
        let first = tokens[0]
        let second = at(1)?.text ?? ""
        switch (first.text, second) {
        case ("create", "table"): try createTable()
        case ("create", "index"): try createIndex(nameAt: 2)
        case ("create", "unique") where at(2)?.isWord("index") == true: try createIndex(nameAt: 3)
        case ("alter", "table"): try alterTable()
        case ("drop", "table"), ("drop", "index"): try drop()
        case ("insert", _), ("update", _), ("delete", _): return try changeRows()
        default:
            throw SQLRefusal(
                "a migration may CREATE TABLE, CREATE [UNIQUE] INDEX, ALTER TABLE … ADD COLUMN and DROP COLUMN, DROP TABLE, "
                    + "DROP INDEX, INSERT, UPDATE and DELETE", line: first.line)
        }
        return text(of: tokens[0].range.lowerBound..<tokens[tokens.count - 1].range.upperBound)
    }

    private func changeRows() throws(SQLRefusal) -> String {
        let statement = text(of: tokens[0].range.lowerBound..<tokens[tokens.count - 1].range.upperBound)
        let line = tokens[0].line - 1
        do throws(SQLRefusal) {
            var checker = SQLChecker(
                sql: statement, tokens: try SQLTokenizer.tokens(of: statement), scope: scope, dialect: dialect,
                catalogue: catalogue)
            let checked = try checker.translate()
            guard checked.parameterCount == 0 else { throw SQLRefusal("there are no parameters in files", line: 1) }
            return checked.text
        } catch {
            throw SQLRefusal(error.message, line: error.line + line)
        }
    }

    private mutating func createTable() throws(SQLRefusal) {
        let name = try ownedName(at: 2, called: "table")
        guard at(3)?.isSymbol("(") == true, let end = closing(of: 3) else {
            throw SQLRefusal("a list of columns in parentheses is expected after the name of the table", line: tokens[2].line)
        }
        if let extra = at(end + 1), !isNative {
            throw SQLRefusal("nothing may follow the columns of a table", line: extra.line)
        }
        let definitions = elements(in: 4..<end)
        let keys = primaryKey(of: definitions)
        var columns: [SchemaCatalogue.Column] = []
        for definition in definitions {
            if isTableConstraint(definition) {
                try checkRest(definition)
            } else {
                columns.append(try column(definition, isKey: keys.contains(tokens[definition.lowerBound].text.lowercased())))
            }
        }
        catalogue.tables[name] = columns
        // Without STRICT a column takes values of any type, and turns '1.0' into 1.
        if dialect == .sqlite, !isNative {
            let bound = tokens[end].range.upperBound
            replacements.append((bound..<bound, " STRICT"))
        }
    }

    private mutating func createIndex(nameAt index: Int) throws(SQLRefusal) {
        _ = try ownedName(at: index, called: "index")
        guard at(index + 1)?.isWord("on") == true else {
            throw SQLRefusal("ON is expected after the name of the index", line: tokens[index].line)
        }
        _ = try ownedName(at: index + 2, called: "table")
        guard isNative || at(index + 3)?.isSymbol("(") == true else {
            throw SQLRefusal("a list of columns in parentheses is expected; USING is not portable", line: tokens[index].line)
        }
        try checkRest(index + 3..<tokens.count)
    }

    private mutating func alterTable() throws(SQLRefusal) {
        let name = try ownedName(at: 2, called: "table")
        let isOfColumn = at(4)?.isWord("column") == true
        if isOfColumn, at(3)?.isWord("add") == true, tokens.count > 6 {
            catalogue.tables[name, default: []].append(try column(5..<tokens.count, isKey: false))
        } else if isOfColumn, at(3)?.isWord("drop") == true, tokens.count == 6, tokens[5].isName {
            let column = tokens[5].text.lowercased()
            catalogue.tables[name]?.removeAll { $0.name == column }
        } else {
            throw SQLRefusal(
                "of ALTER TABLE only ADD COLUMN and DROP COLUMN are portable: make a new table and copy the rows",
                line: tokens[0].line)
        }
    }

    private mutating func drop() throws(SQLRefusal) {
        let index = at(2)?.isWord("if") == true && at(3)?.isWord("exists") == true ? 4 : 2
        let name = try ownedName(at: index, called: tokens[1].text)
        guard at(index + 1) == nil else {
            throw SQLRefusal("nothing may follow the name; CASCADE is not portable", line: tokens[0].line)
        }
        if tokens[1].isWord("table") { catalogue.tables[name] = nil }
    }

    // MARK: Columns

    private mutating func column(_ definition: Range<Int>, isKey: Bool) throws(SQLRefusal) -> SchemaCatalogue.Column {
        let name = tokens[definition.lowerBound]
        guard name.isName, definition.count > 1 else {
            throw SQLRefusal("the name of a column and its type are expected", line: name.line)
        }
        let type = tokens[definition.lowerBound + 1]
        let rest = definition.dropFirst(2)
        var isNullable = !isKey
        for index in rest where tokens[index].isWord("not") || tokens[index].isWord("primary") {
            if at(index + 1)?.isWord("null") == true || at(index + 1)?.isWord("key") == true { isNullable = false }
        }
        guard !isNative else { return .init(name: name.text.lowercased(), type: type.text, isNullable: isNullable) }
        guard type.kind == .word, let portable = PortableType(rawValue: type.text) else {
            let cure = PortableType.cures[type.text].map { "write \($0)" }
            throw SQLRefusal(
                "\(type.text) is not a portable type: "
                    + (cure ?? "the types are \(PortableType.allCases.map(\.rawValue).joined(separator: ", "))"), line: type.line)
        }
        replacements.append((type.range, portable.name(dialect)))
        if portable == .identity {
            isNullable = false
            if let key = rest.first(where: { tokens[$0].isWord("primary") && at($0 + 1)?.isWord("key") == true }) {
                replacements.append((tokens[key].range.lowerBound..<tokens[key + 1].range.upperBound, ""))
            }
        } else if dialect == .sqlite, !isNullable, !hasNotNull(rest) {
            // On SQLite, but not on PostgreSQL, a primary key may be null.
            let bound = tokens[definition.upperBound - 1].range.upperBound
            replacements.append((bound..<bound, " NOT NULL"))
        }
        try checkRest(rest)
        return .init(name: name.text.lowercased(), type: type.text, isNullable: isNullable)
    }

    private func hasNotNull(_ range: some Sequence<Int>) -> Bool {
        range.contains { tokens[$0].isWord("not") && at($0 + 1)?.isWord("null") == true }
    }

    private func isTableConstraint(_ definition: Range<Int>) -> Bool {
        let first = tokens[definition.lowerBound]
        return first.kind == .word && ["constraint", "primary", "unique", "check", "foreign"].contains(first.text)
    }

    private func primaryKey(of definitions: [Range<Int>]) -> Set<String> {
        var names: Set<String> = []
        for definition in definitions where isTableConstraint(definition) {
            guard let key = definition.first(where: { tokens[$0].isWord("primary") }), let end = closing(of: key + 2) else {
                continue
            }
            for token in tokens[(key + 3)..<end] where !token.isSymbol(",") { names.insert(token.text.lowercased()) }
        }
        return names
    }

    /// Constraints, defaults and expressions: what they refer to and which functions they call.
    private mutating func checkRest(_ range: Range<Int>) throws(SQLRefusal) {
        for index in range {
            let token = tokens[index]
            if token.isWord("references") { try checkReference(at: index + 1) }
            guard token.kind == .word, !isNative else { continue }
            if case .parameter? = at(index + 1)?.kind { throw SQLRefusal("there are no parameters in files", line: token.line) }
            if let cure = SQLWords.refused[token.text] { throw SQLRefusal(cure, line: token.line) }
            if token.isWord("generated") || token.isWord("autoincrement") {
                throw SQLRefusal("\(token.text.uppercased()) is not portable: use the type identity", line: token.line)
            }
            if let next = at(index + 1), next.kind == .string,
                let literal = try SQLLiteral.translate(type: token, text: next, dialect: dialect)
            {
                replacements.append((token.range.lowerBound..<next.range.upperBound, literal))
            }
            let isCall = at(index + 1)?.isSymbol("(") == true && !["key", "unique", "check", "default"].contains(token.text)
            if isCall, !SQLWords.keywords.contains(token.text), at(index - 1)?.isWord("references") != true,
                !SQLWords.functions.contains(token.text)
            {
                let cure = SQLWords.refusedFunctions[token.text].map { ": \($0)" } ?? ""
                throw SQLRefusal("\(token.text)() is not portable\(cure)", line: token.line)
            }
        }
    }

    private func checkReference(at index: Int) throws(SQLRefusal) {
        guard let table = at(index) else { return }
        if scope.owns(table: table.text) { return }
        let refersToUser =
            table.text.lowercased() == "users" && at(index + 1)?.isSymbol("(") == true
            && at(index + 2)?.text.lowercased() == "id" && at(index + 3)?.isSymbol(")") == true
        guard refersToUser else {
            throw SQLRefusal(
                "\(table.text) does not belong to \(scope.owner): a foreign key may refer to its own tables and to users(id)",
                line: table.line)
        }
    }

    // MARK: Tokens

    private func at(_ index: Int) -> SQLToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    private func ownedName(at index: Int, called kind: String) throws(SQLRefusal) -> String {
        guard let name = at(index), name.isName else {
            throw SQLRefusal("the name of a \(kind) is expected", line: tokens[tokens.count - 1].line)
        }
        if at(index)?.isWord("if") == true {
            throw SQLRefusal("IF NOT EXISTS is not allowed: a migration is run once and knows what is there", line: name.line)
        }
        guard scope.owns(table: name.text) else {
            throw SQLRefusal(
                "\(kind) \(name.text) does not belong to \(scope.owner): its tables and indexes are named \(scope.prefix) or "
                    + "\(scope.prefix)_…", line: name.line)
        }
        return name.text.lowercased()
    }

    private func closing(of open: Int) -> Int? {
        var depth = 0
        for index in open..<max(open, tokens.count) {
            if tokens[index].isSymbol("(") { depth += 1 }
            if tokens[index].isSymbol(")") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private func elements(in range: Range<Int>) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var depth = 0
        var start = range.lowerBound
        for index in range {
            if tokens[index].isSymbol("(") { depth += 1 }
            if tokens[index].isSymbol(")") { depth -= 1 }
            if depth == 0, tokens[index].isSymbol(",") {
                elements.append(start..<index)
                start = index + 1
            }
        }
        elements.append(start..<range.upperBound)
        return elements.filter { !$0.isEmpty }
    }

    private func text(of range: Range<Int>) -> String {
        var text: [UInt8] = []
        var position = range.lowerBound
        for (range, replacement) in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            text += sql[position..<max(position, range.lowerBound)]
            text += replacement.utf8
            position = max(position, range.upperBound)
        }
        text += sql[position..<max(position, range.upperBound)]
        return String(decoding: text, as: UTF8.self)
    }
}
