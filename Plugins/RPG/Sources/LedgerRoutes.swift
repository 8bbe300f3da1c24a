import HearthKit

/// Which page of the ledger to list.
struct LedgerQuery: Input {
    var limit = 50
    var offset = 0

    static let schema = Schema<LedgerQuery>("LedgerQuery") {
        Field("limit", \.limit, .range(1...100))
        Field("offset", \.offset, .range(0...))
    }
}

/// An entry of the ledger as its user sees it.
struct LedgerEntryResponse: Output, Row {
    let entry: LedgerEntry
    let createdAt: Timestamp

    init(row: inout RowReader) throws {
        entry = LedgerEntry(
            userID: try row.next(), currency: try row.next(), from: try row.next(), to: try row.next(), amount: try row.next(),
            balanceAfter: try row.next(), source: .init(kind: try row.next(), id: try row.next()))
        createdAt = try row.next()
    }

    static let schema = Schema<LedgerEntryResponse>("LedgerEntryResponse") {
        Field("currency", .docs("`xp` or `coins`.")) { $0.entry.currency.rawValue }
        Field("from_account") { $0.entry.from.rawValue }
        Field("to_account") { $0.entry.to.rawValue }
        Field("amount") { $0.entry.amount }
        Field("balance_after", .docs("What was in the wallet then.")) { $0.entry.balanceAfter }
        Field("source_kind") { $0.entry.source.kind }
        Field("source_id") { $0.entry.source.id }
        Field("created_at") { $0.createdAt }
    }

    /// A page of a user's entries, newest first.
    static func page(of user: UUID, _ page: LedgerQuery) -> SQL {
        """
        SELECT user_id, currency, from_account, to_account, amount, balance_after, source_kind, source_id, created_at
        FROM rpg_ledger WHERE user_id = \(user) ORDER BY id DESC LIMIT \(page.limit) OFFSET \(page.offset)
        """
    }
}

extension Routes {
    /// The user's own ledger.
    func addLedger() {
        route(
            .get, "/characters/me/ledger", "List what changed one's experience and coins, newest first", query: LedgerQuery.self,
            options: RouteOptions(
                docs: """
                    Each entry moves an amount from one account to another. A balance is what came into `wallet` less what left \
                    it; `debt` is what is owed after something was taken back that had been spent.
                    """)
        ) { request in
            try await request.context.query(
                LedgerEntryResponse.page(of: request.user.id, request.query), as: LedgerEntryResponse.self)
        }
    }
}
