import CHearth
import HearthConfiguration
import HearthDatabase
import HearthJSON
import HearthMail

/// `hearth.mail/1` as C sees it.
enum MailInterface {
    static let table = hearth_mail(size: UInt32(MemoryLayout<hearth_mail>.size), add: add, send: send)

    private static let add: @convention(c) (UnsafePointer<hearth_host>?, hearth_string) -> hearth_status = { host, name in
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        return plugin.register { registration in
            guard let name = name.text, isName(name) else {
                registration.refusals.append("a mail needs a name of lower-case letters, digits and underscores")
                return Status.invalid
            }
            guard registration.mails[name] == nil else {
                registration.refusals.append("the mail \(name) is added twice")
                return Status.conflict
            }
            do throws(TemplateFault) {
                registration.mails[name] = try plugin.services.mail.template(name, of: plugin)
                return Status.ok
            } catch {
                registration.refusals.append("the mail \(name): \(error)")
                return Status.notFound
            }
        }
    }

    private static let send:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_mail_message>?, hearth_done?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, pointer, done, user in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let pointer, pointer.pointee.size >= 8, let done else { return plugin.checked("send", Status.invalid) }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("send")
            }
            let foreign = StructReader.read(pointer, size: pointer.pointee.size)
            let order: MailOrder
            switch read(foreign) {
            case .failure(let refused): return plugin.checked("send", refused.status)
            case .success(let read): order = read
            }
            guard let key = foreign.key.text, key.utf8.count <= keyLimit else { return plugin.checked("send", Status.invalid) }
            let services = plugin.services
            guard let job = services.mail.job(order, key: key.isEmpty ? nil : key, of: plugin, trace: context.requestID) else {
                return plugin.checked("send", Status.notFound)
            }
            let admission = context.beginCall()
            guard admission == Status.ok else {
                return admission == Status.stale ? plugin.reportStale("send") : plugin.checked("send", admission)
            }
            let completion = ForeignCompletion(function: done, user: user)
            Task {
                var failure: ForeignError?
                do throws(DatabaseError) {
                    services.jobs.count([job], try await services.jobs.enqueue([job], on: context))
                } catch {
                    failure = ForeignError(error)
                }
                services.workers.enqueueWithTurn(context.label) { [failure] in
                    context.endCall()
                    guard let failure else { return completion.function(completion.user, nil) }
                    failure.lend { completion.function(completion.user, $0) }
                }
            }
            return Status.ok
        }

    private static let valuesLimit = 256 << 10
    /// As for jobs: beside the name of the plugin it fits into the column.
    private static let keyLimit = 400

    private static func read(_ foreign: hearth_mail_message) -> Result<MailOrder, RefusedCall> {
        func refuse(_ status: hearth_status) -> Result<MailOrder, RefusedCall> { .failure(RefusedCall(status: status)) }
        guard foreign.values.length <= UInt64(valuesLimit) else { return refuse(Status.tooLarge) }
        guard foreign.values.isSound, let mail = foreign.mail.text, let address = foreign.address.text,
            let language = foreign.language.text, language.isEmpty || LanguageTag.isTag(language)
        else { return refuse(Status.invalid) }
        let recipient: MailOrder.Recipient
        switch foreign.user_id {
        case let id?:
            guard address.isEmpty, let user = DatabaseUUID(bytes: UnsafeRawBufferPointer(start: id, count: 16)) else {
                return refuse(Status.invalid)
            }
            recipient = .user(user)
        case nil:
            // No line break and nothing else that could become a header field or a command.
            guard MailAddress(address) != nil else { return refuse(Status.invalid) }
            recipient = .address(address)
        }
        var values: JSONObject = [:]
        if foreign.values.length > 0 {
            guard case .object(let object)? = try? JSONValue(parsing: UnsafeRawBufferPointer(foreign.values.buffer)) else {
                return refuse(Status.invalid)
            }
            values = object
        }
        return .success(
            MailOrder(mail: mail, recipient: recipient, language: language.isEmpty ? nil : language, values: values))
    }

    private static func isName(_ name: String) -> Bool {
        (1...60).contains(name.utf8.count) && name.utf8.first != 0x5F
            && name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}
