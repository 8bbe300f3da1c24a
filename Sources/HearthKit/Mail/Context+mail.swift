import CHearth
import HearthJSON

extension Setup {
    /// Adds a mail. A template that is missing or wrong refuses the start, with file and line.
    public func mail<Values>(_ mail: Mail<Values>) {
        registrar.register {
            let table = try registrar.runtime.mail
            let status = mail.name.lending { table.pointee.add(registrar.runtime.host, $0) }
            try HostError.check(status, "add \(mail.name)")
        }
    }
}

extension Context {
    /// Sends a mail. In a transaction when that commits, and not at all when it does not.
    ///
    /// - Parameters:
    ///   - mail: Which.
    ///   - values: What stands in it.
    ///   - recipient: To whom.
    ///   - language: Such as `fr`; nil for the user's, or for the host's.
    ///   - key: Of the plugin's mails with the same key only the first is sent.
    /// - Throws: ``HostError``; of kind `invalid` for an address that is none.
    public func send<Values>(
        _ mail: Mail<Values>, _ values: Values, to recipient: MailRecipient, language: String? = nil, key: String? = nil
    ) async throws {
        let (runtime, table) = (runtime, try runtime.mail)
        var json = JSONWriter()
        values.write(to: &json)
        let (bytes, address, user) = (json.bytes, recipient.address, recipient.user)
        try await ContinuationBox<Void>.waiting(for: "send") { box in
            mail.name.lending(with: address) { name, address in
                (language ?? "").lending(with: key ?? "") { language, key in
                    bytes.lending { values in
                        func send(_ user: UnsafePointer<UInt8>?) -> hearth_status {
                            var message = hearth_mail_message(
                                size: UInt32(MemoryLayout<hearth_mail_message>.size), reserved: 0, mail: name, user_id: user,
                                address: address, language: language, values: values, key: key)
                            return table.pointee.send(
                                runtime.host, handle, &message,
                                { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
                        }
                        guard let user else { return send(nil) }
                        return user.withBytes { send($0.bindMemory(to: UInt8.self).baseAddress) }
                    }
                }
            }
        }
    }
}

extension MailRecipient {
    fileprivate var user: UUID? { if case .user(let id) = self { id } else { nil } }
    fileprivate var address: String { if case .address(let address) = self { address } else { "" } }
}
