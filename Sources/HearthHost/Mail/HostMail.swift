import HearthConfiguration
import HearthDatabase
import HearthJobs
import HearthMail
import Logging
import Synchronization

/// The mails of this host's plugins: each is a job in a queue of its plugin's, `hearth.mail.<plugin>`, so that it commits with what
/// it belongs to, and rests while its plugin is not there.
final class HostMail: Sendable {
    private let settings: MailSettings
    private let jobs: HostJobs
    private let delivery: MailDelivery
    private let templates = Mutex<[String: [String: MailTemplate]]>([:])

    /// - Parameters:
    ///   - settings: how mails are sent
    ///   - database: where users are
    ///   - jobs: what sends them
    ///   - clock: their date
    ///   - metrics: where they are counted
    ///   - logger: where trouble is told
    init(
        _ settings: MailSettings, database: any Database, jobs: HostJobs, clock: any HostClock, metrics: MetricsRegistry,
        logger: Logger
    ) {
        self.settings = settings
        self.jobs = jobs
        delivery = MailDelivery(
            settings: settings, users: UserStore(database: database),
            handovers: MailHandovers(database: database, now: { clock.now }), now: { clock.now }, metrics: metrics, logger: logger
        )
    }

    /// Reads the template of a mail.
    func template(_ name: String, of plugin: PluginInstance) throws(TemplateFault) -> MailTemplate {
        try MailTemplate(name, from: files(of: plugin))
    }

    private func files(of plugin: PluginInstance) -> TemplateFiles {
        TemplateFiles(of: plugin.manifest.folder + "/templates/mail", overriddenBy: "\(settings.templates)/\(plugin.id)")
    }

    /// Makes the mails of a plugin known: from now on it can send them.
    ///
    /// - Throws: when the operator has a template of a mail that the plugin does not have
    func add(_ registration: PluginRegistration, of plugin: PluginInstance) throws(TemplateFault) {
        if let stray = files(of: plugin).stray(beside: Set(registration.mails.keys)) { throw stray }
        templates.withLock { $0[plugin.id] = registration.mails }
    }

    /// A plugin has started: its mails leave.
    func start(_ plugin: PluginInstance) {
        guard templates.withLock({ $0[plugin.id]?.isEmpty == false }) else { return }
        jobs.open(kind(of: plugin), for: plugin, rules: QueueRules(slots: 8)) { [self] run in
            await delivery.carryOut(run.job, of: plugin) { name in templates.withLock { $0[plugin.id]?[name] } }
        }
    }

    /// A plugin is gone: its mails rest.
    func remove(of plugin: PluginInstance) { templates.withLock { $0[plugin.id] = nil } }

    /// The queue of a plugin's mails.
    static func queue(of plugin: String) -> String { "hearth.mail.\(plugin)" }

    private func kind(of plugin: PluginInstance) -> JobKind {
        // Tried for two days, at first soon and then hourly; known for a week by its key.
        JobKind(
            Self.queue(of: plugin.id), timeout: settings.limit + .seconds(60),
            retry: .exponential(first: .seconds(15), cap: .seconds(3_600), retries: 56, jitter: 0.1),
            retention: .seconds(7 * 86_400))
    }

    /// The job that sends a mail.
    ///
    /// - Parameters:
    ///   - order: what, and to whom
    ///   - key: of the plugin's mails with the same key only the first is sent; nil for none
    ///   - trace: the request or job that sends it
    /// - Returns: nil when the plugin has no such mail
    func job(_ order: MailOrder, key: String?, of plugin: PluginInstance, trace: String) -> NewJob? {
        guard templates.withLock({ $0[plugin.id]?[order.mail] != nil }) else { return nil }
        let kind = kind(of: plugin)
        var job = NewJob(kind, payload: order.payload)
        job.uniqueKey = key.map { "\(kind.name):\($0)" }
        job.uniqueStates = .kept
        job.trace = trace.isEmpty ? nil : trace
        return job
    }
}
