import FoundationEssentials
import HearthDatabase

/// Which entries of the audit log somebody wants to see.
struct AuditFilter: Sendable {
    private var conditions: [String] = []
    private var parameters: [DatabaseValue] = []

    /// Reads the query of a request, which its schema has validated.
    init(_ query: [(name: String, value: String)]) {
        for (name, value) in query where !value.isEmpty {
            switch name {
            case "action", "plugin", "subject": add("\(name) =", .text(value))
            case "user_id": if let id = DatabaseUUID(value) { add("actor_id =", .uuid(id)) }
            case "date_from": if let begin = Self.begin(of: value) { add("created_at >=", .timestamp(begin)) }
            case "date_to":
                if let begin = Self.begin(of: value) { add("created_at <", .timestamp(begin + 86_400_000_000)) }
            default: break
            }
        }
    }

    private mutating func add(_ condition: String, _ value: DatabaseValue) {
        parameters.append(value)
        conditions.append("\(condition) $\(parameters.count)")
    }

    /// When a day begins, in UTC, in microseconds since 1970.
    private static func begin(of day: String) -> Int64? {
        (try? Date.ISO8601FormatStyle().parse(day + "T00:00:00Z")).map { Int64($0.timeIntervalSince1970) * 1_000_000 }
    }

    private var condition: String { conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ") }

    /// How many there are.
    var count: Statement {
        Statement("SELECT count(*) FROM hearth_audit\(condition)", parameters, columns: [DatabaseType.integer])
    }

    /// A page of them, the latest first.
    func page(_ page: AuditPage) -> Statement {
        let first = parameters.count + 1
        return Statement(
            """
            SELECT \(AuditEntry.columns) FROM hearth_audit\(condition) ORDER BY created_at DESC, id DESC \
            LIMIT $\(first) OFFSET $\(first + 1)
            """, parameters + [.integer(Int64(page.size)), .integer(Int64(page.size) * Int64(page.number - 1))],
            columns: AuditEntry.types)
    }
}

/// A page of a list.
struct AuditPage: Sendable {
    /// Counted from 1.
    let number: Int
    /// How many entries it has at most.
    let size: Int

    /// Reads the query of a request, which its schema has validated.
    init(_ query: [(name: String, value: String)]) {
        func value(_ name: String) -> Int? { query.last { $0.name == name }.flatMap { Int($0.value) } }
        number = value("page") ?? 1
        size = value("page_size") ?? 20
    }
}
