import CHearth
import HearthJSON

extension Context {
    /// Adds an entry to the audit log, which administrators read at `GET /api/admin/logs`: inside a transaction it is there
    /// exactly if that commits. The host adds the acting user, the time and the request.
    ///
    /// - Parameters:
    ///   - action: A stable word such as `habit.deleted`: lower-case letters, digits, `.`, `_` and `-`.
    ///   - subject: What it was done to, such as `habit:0198a6c2-…`.
    ///   - details: For people and programs. No secrets.
    /// - Throws: ``HostError``; in a transaction, which can then only be rolled back.
    public func audit(_ action: String, subject: String = "", details: JSONObject = [:]) async throws {
        let (runtime, table) = (runtime, try runtime.audit)
        let text = details.members.isEmpty ? "" : JSONValue.object(details).text
        try await ContinuationBox<Void>.waiting(for: "append") { box in
            action.lending(with: subject) { action, subject in
                text.lending { details in
                    var entry = hearth_audit_entry(
                        size: UInt32(MemoryLayout<hearth_audit_entry>.size), reserved: 0, action: action, subject: subject,
                        details: details)
                    return table.pointee.append(
                        runtime.host, handle, &entry, { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
                }
            }
        }
    }
}
