import Synchronization

/// A statement that keeps the rules, translated for an engine. Made once for each distinct text.
final class CheckedStatement: Sendable {
    /// A part of the translated text.
    enum Piece: Sendable, Equatable {
        case text(String)
        /// The place of a list parameter, counted from 1: `IN ($n)`.
        case list(Int, isNegated: Bool)
    }

    private static let lastIdentity = Atomic<Int>(0)

    /// Tells statements apart in the caches of connections, without hashing their text again.
    let identity: Int
    let sql: String
    let pieces: [Piece]
    /// Whether it begins as a statement that only reads; the engine confirms it when it prepares it.
    let isRead: Bool
    let parameterCount: Int
    /// The numbers of list parameters, ascending; at most eight.
    let lists: [Int]
    /// The real tables that it names.
    let tables: Set<String>

    init(sql: String, pieces: [Piece], isRead: Bool, parameterCount: Int, tables: Set<String>) {
        identity = Self.lastIdentity.add(1, ordering: .relaxed).newValue
        self.sql = sql
        self.pieces = pieces
        self.isRead = isRead
        self.parameterCount = parameterCount
        self.tables = tables
        var lists: Set<Int> = []
        for case .list(let number, _) in pieces { lists.insert(number) }
        self.lists = lists.sorted()
    }

    /// Text for this engine that was not checked.
    convenience init(unchecked sql: String) {
        self.init(sql: sql, pieces: [.text(sql)], isRead: false, parameterCount: -1, tables: [])
    }

    /// The text, when it has no lists.
    var text: String {
        pieces.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    /// Refuses parameters that do not fit the statement: their number, and lists where there is no `IN ($n)` or the reverse.
    func check(_ parameters: [DatabaseValue]) throws(DatabaseError) {
        guard parameterCount >= 0 else { return }
        guard parameters.count == parameterCount else {
            throw DatabaseError(
                .refused, "the statement has \(parameterCount) parameters, and \(parameters.count) were given", sql: sql)
        }
        for index in parameters.indices {
            if case .list(let elements) = parameters[index] {
                guard lists.contains(index + 1) else {
                    throw DatabaseError(.refused, "$\(index + 1) is a list: write column IN ($\(index + 1))", sql: sql)
                }
                try check(elements, of: index + 1)
            } else if lists.contains(index + 1) {
                throw DatabaseError(
                    .refused, "IN ($\(index + 1)) takes a list: pass one, or write column = $\(index + 1)", sql: sql)
            } else if case .double(let number) = parameters[index], !number.isFinite {
                throw DatabaseError(.refused, "$\(index + 1) is not a finite number", sql: sql)
            }
        }
    }

    private func check(_ elements: [DatabaseValue], of number: Int) throws(DatabaseError) {
        guard elements.count <= DatabaseLimits.listElements else {
            throw DatabaseError(
                .tooLarge, "$\(number) has \(elements.count) elements; the limit is \(DatabaseLimits.listElements)", sql: sql)
        }
        guard let type = elements.first?.type else { return }
        for element in elements {
            guard element.type == type, type != DatabaseType.null, type != DatabaseType.list else {
                throw DatabaseError(.refused, "the elements of list $\(number) must be of one type and not null", sql: sql)
            }
        }
    }
}
