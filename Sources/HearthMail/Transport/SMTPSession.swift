import CCurl
import Glibc
import HearthConfiguration

/// A connection to a mail server, which is kept for the next mail. For one thread, which it blocks.
final class SMTPSession {
    private let server: MailServer
    private let limit: Duration
    private let curl: UnsafeMutableRawPointer?
    /// In words, why a transfer failed.
    private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Once in a process, before anything else.
    private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_SSL))

    init(_ server: MailServer, limit: Duration) {
        self.server = server
        self.limit = limit
        // OpenSSL writes without MSG_NOSIGNAL: a server that has hung up must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        curl = Self.library == CURLE_OK ? curl_easy_init() : nil
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if let curl { curl_easy_cleanup(curl) }
        reason.deallocate()
    }

    /// Hands a mail over; see ``MailTransport/deliver(_:handingOver:)``.
    func send(_ mail: Mail, handingOver: @escaping @Sendable () async -> Bool) -> MailOutcome {
        guard let curl else { return .failed("libcurl cannot be used") }
        let transfer = SMTPTransfer(mail.message, handingOver)
        guard let recipients = curl_slist_append(nil, "<\(mail.recipient.address)>") else { return .failed("out of memory") }
        defer { curl_slist_free_all(recipients) }
        // Forgets the options of the mail before, and keeps the connection.
        curl_easy_reset(curl)
        configure(curl)
        _ = hearth_curl_set_text(curl, CURLOPT_MAIL_FROM, "<\(mail.sender.address)>")
        _ = hearth_curl_set_pointer(curl, CURLOPT_MAIL_RCPT, recipients)
        _ = hearth_curl_set_number(curl, CURLOPT_UPLOAD, 1)
        let user = Unmanaged.passUnretained(transfer).toOpaque()
        _ = hearth_curl_set_pointer(curl, CURLOPT_READDATA, user)
        _ = hearth_curl_set_callback(curl, CURLOPT_READFUNCTION) { buffer, size, count, user in
            guard let buffer, let user else { return Int(CURL_READFUNC_ABORT) }
            return Unmanaged<SMTPTransfer>.fromOpaque(user).takeUnretainedValue().read(into: buffer, size * count)
        }
        _ = hearth_curl_set_pointer(curl, CURLOPT_HEADERDATA, user)
        _ = hearth_curl_set_callback(curl, CURLOPT_HEADERFUNCTION) { line, size, count, user in
            guard let line, let user else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: line, count: size * count)
            Unmanaged<SMTPTransfer>.fromOpaque(user).takeUnretainedValue().heard(String(decoding: bytes, as: UTF8.self))
            return size * count
        }
        reason[0] = 0
        let result = withExtendedLifetime(transfer) { curl_easy_perform(curl) }
        return outcome(result, transfer)
    }

    private func configure(_ curl: UnsafeMutableRawPointer) {
        _ = hearth_curl_set_text(curl, CURLOPT_URL, server.description)
        _ = hearth_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        let usesTLS = server.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        _ = hearth_curl_set_number(curl, CURLOPT_USE_SSL, Int(usesTLS.rawValue))
        if let authority = server.authority { _ = hearth_curl_set_text(curl, CURLOPT_CAINFO, authority) }
        if let user = server.user {
            _ = hearth_curl_set_text(curl, CURLOPT_USERNAME, user)
            _ = hearth_curl_set_text(curl, CURLOPT_PASSWORD, server.password)
        }
        _ = hearth_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, reason)
        // Signals belong to the process.
        _ = hearth_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
        // Environment variables such as ALL_PROXY are for people.
        _ = hearth_curl_set_text(curl, CURLOPT_PROXY, "")
        _ = hearth_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, min(30_000, Int(limit / .milliseconds(1))))
        _ = hearth_curl_set_number(curl, CURLOPT_TIMEOUT_MS, Int(limit / .milliseconds(1)))
    }

    private func outcome(_ result: CURLcode, _ transfer: SMTPTransfer) -> MailOutcome {
        let (code, answer) = (transfer.code, transfer.answer)
        // The server's word on the mail itself is the only one after the whole mail.
        if transfer.isHandedOver {
            if (200..<300).contains(code) { return .accepted }
            if code >= 400 { return .refused(answer, isPermanent: code >= 500) }
            return .inDoubt(words(for: result))
        }
        if transfer.isBarred { return .failed("the job is somebody else's by now, or its state could not be written down") }
        // Sender, recipient or mail are refused. A server that refuses the greeting, TLS or the password is in trouble itself.
        if result == CURLE_SEND_ERROR, code >= 400 { return .refused(answer, isPermanent: code >= 500) }
        return .failed("\(server): \(words(for: result))\(code >= 400 ? ", after the server has said: \(answer)" : "")")
    }

    private func words(for result: CURLcode) -> String {
        let detail = String(cString: reason)
        let words = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        return result == CURLE_USE_SSL_FAILED && server.security == .starttls
            ? "the server does not offer STARTTLS, and MAIL_URL does not say ?starttls=off (\(words))" : words
    }
}
