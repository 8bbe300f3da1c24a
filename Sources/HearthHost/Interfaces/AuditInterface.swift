import CHearth
import HearthDatabase
import HearthJSON

/// `hearth.audit/1` as C sees it.
enum AuditInterface {
    static let table = hearth_audit(size: UInt32(MemoryLayout<hearth_audit>.size), append: append)

    private static let append:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_audit_entry>?, hearth_done?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, entry, done, user in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("append")
            }
            guard let done, let entry, entry.pointee.size >= 8 else { return plugin.checked("append", Status.invalid) }
            switch AuditReader.read(entry, of: context) {
            case .failure(let refused): return plugin.checked("append", refused.status)
            case .success(let entry):
                return plugin.checked("append", write(entry, context, ForeignCompletion(function: done, user: user)))
            }
        }

    private static func write(
        _ entry: AuditEntry, _ context: CallContext, _ completion: ForeignCompletion<hearth_done>
    ) -> hearth_status {
        let services = context.plugin.services
        let admission = context.beginCall()
        guard admission == Status.ok else { return admission }
        let finish: ResultsCompletion = { result in
            services.workers.enqueueWithTurn(context.label) {
                context.endCall()
                switch result {
                case .success: completion.function(completion.user, nil)
                case .failure(let error): ForeignError(error).lend { completion.function(completion.user, $0) }
                }
            }
        }
        if let transaction = context.transaction {
            context.note(
                transaction.run([entry.insertion], scope: .host, deadline: context.deadline, completion: finish))
        } else {
            context.note(
                services.database.run([entry.insertion], scope: .host, deadline: context.deadline, completion: finish))
        }
        return Status.ok
    }
}

/// Copies an entry that a plugin passes.
private enum AuditReader {
    private static let longestAction = 100
    private static let longestSubject = 400
    private static let longestDetails = 64 << 10

    static func read(
        _ pointer: UnsafePointer<hearth_audit_entry>, of context: CallContext
    ) -> Result<AuditEntry, RefusedCall> {
        let foreign = StructReader.read(pointer, size: pointer.pointee.size)
        guard let action = foreign.action.text, let subject = foreign.subject.text, let details = foreign.details.text,
            isAction(action), !subject.utf8.contains(0)
        else { return .failure(RefusedCall(status: Status.invalid)) }
        guard subject.utf8.count <= longestSubject, details.utf8.count <= longestDetails else {
            return .failure(RefusedCall(status: Status.tooLarge))
        }
        if !details.isEmpty {
            guard case .object? = try? JSONValue(parsing: details) else { return .failure(RefusedCall(status: Status.invalid)) }
        }
        let services = context.plugin.services
        return .success(
            AuditEntry(
                id: services.identifiers.next(), at: services.clock.now, plugin: context.plugin.id,
                actor: context.actor?.userID, action: action, subject: subject, details: details.isEmpty ? nil : details,
                requestID: context.requestID))
    }

    private static func isAction(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= longestAction else { return false }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "._-".utf8.contains(byte)
        }
    }
}
