import HearthConfiguration
import HearthDatabase
import HearthJSON
import HearthJobs
import HearthMail
import Logging

/// Sends the mail of a job, and never a second time.
struct MailDelivery: Sendable {
    let settings: MailSettings
    let users: UserStore
    let handovers: MailHandovers
    let now: @Sendable () -> Int64
    let metrics: MetricsRegistry
    let logger: Logger

    /// How the reason of a job begins whose mail may have been delivered.
    private static let doubt = "in doubt"

    /// Carries a job out.
    ///
    /// - Parameters:
    ///   - job: whose payload is a ``MailOrder``
    ///   - plugin: whose mail it is
    ///   - template: the plugin's mail of a name
    func carryOut(
        _ job: ClaimedJob, of plugin: PluginInstance, _ template: (String) -> MailTemplate?
    ) async -> JobOutcome {
        guard let order = MailOrder(job.payload) else {
            return .failed(JobFailure("the payload is not a mail", isFinal: true))
        }
        guard let template = template(order.mail) else {
            return .failed(JobFailure("this version of the plugin has no mail \(order.mail)"))
        }
        do throws(DatabaseError) {
            if let attempt = try await handovers.attempt(of: job.id) {
                guard Self.hasToldDoubt(job, since: attempt) else {
                    return end(.inDoubt("the host ended before it knew what became of it"), order, job, plugin)
                }
                // It was a dead letter: an operator has decided to send it again.
                try await handovers.remove(job.id, attempt: attempt)
            }
            let recipient: MailAddress
            var languages = order.language.map { [$0] } ?? []
            switch order.recipient {
            case .address(let address):
                guard let given = MailAddress(address) else {
                    return .failed(JobFailure("the address cannot be written to", isFinal: true))
                }
                recipient = given
            case .user(let id):
                guard let user = try await users.user(id), !user.isDeleted else {
                    return .cancelled(reason: "the user is gone")
                }
                guard let address = MailAddress(user.email) else {
                    return .failed(JobFailure("the user's address cannot be written to", isFinal: true))
                }
                recipient = address
                if let language = user.language { languages.append(language) }
            }
            let mail = Mail(
                id: "\(job.id)", sender: settings.sender, recipient: recipient,
                content: template.content(order.values, in: languages + [settings.language]), date: now())
            let outcome = await settings.transport.deliver(mail) { [handovers, logger] in
                do throws(DatabaseError) {
                    return try await handovers.begin(job)
                } catch {
                    logger.warning("A mail is not handed over", metadata: ["job": "\(job.id)", "reason": "\(error.message)"])
                    return false
                }
            }
            // Before the job can run again. What is not written down leaves the mail in doubt, which is safe.
            if case .refused = outcome { try await handovers.remove(job.id, attempt: job.attempt) }
            return end(outcome, order, job, plugin)
        } catch {
            return .failed(JobFailure(error.message))
        }
    }

    /// Whether the operator was told that the mail may have been delivered by this attempt or the one that found it out: then the job
    /// was a dead letter, and nobody else has it run again.
    private static func hasToldDoubt(_ job: ClaimedJob, since attempt: Int) -> Bool {
        guard let errors = job.errors, case .array(let failures)? = try? JSONValue(parsing: errors) else { return false }
        return failures.contains { failure in
            guard case .object(let failure) = failure, case .integer(let number)? = failure["attempt"],
                case .string(let message)? = failure["message"]
            else { return false }
            return number >= attempt && message.hasPrefix(doubt)
        }
    }

    private func end(
        _ outcome: MailOutcome, _ order: MailOrder, _ job: ClaimedJob, _ plugin: PluginInstance
    ) -> JobOutcome {
        _ = metrics.record(
            .counter, "mails_sent_total", [("plugin", plugin.id), ("outcome", outcome.name)], 1, owner: "hearth")
        let failure: JobFailure
        switch outcome {
        case .accepted: return .completed
        case .refused(let answer, let isPermanent): failure = JobFailure("the mail server says: \(answer)", isFinal: isPermanent)
        case .failed(let reason): failure = JobFailure(reason)
        case .inDoubt(let reason):
            failure = JobFailure(
                "\(Self.doubt): the mail server may have the mail, so it is not sent again by itself; "
                    + "`hearth jobs retry \(job.id)` does (\(reason))", isFinal: true)
        }
        logger.warning(
            failure.isFinal || job.isLastTry ? "A mail is given up" : "A mail could not be sent, and is tried again",
            metadata: [
                "plugin": "\(plugin.id)", "mail": "\(order.mail)", "job": "\(job.id)", "reason": "\(failure.message)",
            ])
        return .failed(failure)
    }
}
