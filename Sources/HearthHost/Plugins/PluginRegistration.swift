import CHearth
import HearthJSON
import HearthJobs
import HearthMail

/// What a plugin registers during its `init`; taken over as a whole, or not at all.
struct PluginRegistration: Sendable {
    var routes: [Route] = []
    var schemas: [String: JSONValue] = [:]
    var services: [ProvidedService] = []
    var facets: [Facet] = []
    var observers: [UserObserver] = []
    var events: [DeclaredEvent] = []
    var subscribers: [EventSubscriber] = []
    var jobKinds: [PluginJobKind] = []
    var schedules: [Schedule] = []
    var topicAuthority: TopicAuthority?
    var mails: [String: MailTemplate] = [:]
    /// Why something was refused, one sentence each.
    var refusals: [String] = []
}
