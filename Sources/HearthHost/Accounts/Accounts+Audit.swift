import HearthDatabase
import HearthJSON

/// What the host itself keeps in the audit log: who came and went, and who was given a role.
extension Accounts {
    /// In whose name the host's entries are.
    private static let owner = "host"
    /// The request of what an operator does on the command line.
    static let commandLine = "command line"

    /// An entry about an account, to be written with what it tells of.
    ///
    /// - Parameters:
    ///   - action: a stable word
    ///   - user: the account
    ///   - actor: who did it; nil for an operator
    ///   - details: for people and programs
    ///   - request: in which request
    func entry(
        _ action: String, _ user: DatabaseUUID, by actor: DatabaseUUID?, details: JSONObject? = nil, in request: String
    ) -> AuditEntry {
        AuditEntry(
            id: ids.next(), at: clock.now, plugin: Self.owner, actor: actor, action: action, subject: "user:\(user)",
            details: details.map { JSONValue.object($0).text }, requestID: request)
    }
}
