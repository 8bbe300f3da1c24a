import Synchronization

/// Who declares which event, and who wants to be told.
final class EventRegistry: Sendable {
    private struct State {
        var events: [String: DeclaredEvent] = [:]
        /// In the transaction, in the order in which they are told.
        var consenting: [String: [EventSubscriber]] = [:]
        /// After the commit, by their ids.
        var durable: [String: EventSubscriber] = [:]
    }

    private let state = Mutex(State())

    /// An event by its name.
    subscript(name: String) -> DeclaredEvent? { state.withLock { $0.events[name] } }

    /// Who has to consent to an event, in order.
    func consenting(to event: String) -> [EventSubscriber] { state.withLock { $0.consenting[event] ?? [] } }

    /// Who is told after the commit, of those whose plugins are loaded.
    var durable: [EventSubscriber] { state.withLock { state in state.durable.values.sorted { $0.id < $1.id } } }

    /// A subscriber that is told after the commit; nil while its plugin is not loaded.
    func subscriber(_ id: String) -> EventSubscriber? { state.withLock { $0.durable[id] } }

    /// Adds what a plugin has registered.
    ///
    /// - Returns: the owner of an event that is declared already; then nothing is added
    func add(_ registration: PluginRegistration) -> (event: String, owner: String)? {
        state.withLock { state in
            for event in registration.events {
                if let taken = state.events[event.name] { return (event.name, taken.plugin.id) }
            }
            for event in registration.events { state.events[event.name] = event }
            for subscriber in registration.subscribers {
                if subscriber.isInTransaction {
                    state.consenting[subscriber.event, default: []].append(subscriber)
                    state.consenting[subscriber.event]?.sort { ($0.order, $0.id) < ($1.order, $1.id) }
                } else {
                    state.durable[subscriber.id] = subscriber
                }
            }
            return nil
        }
    }

    /// Takes away what a plugin has added. What its durable subscribers are to be told waits.
    func remove(of plugin: PluginInstance) {
        state.withLock { state in
            state.events = state.events.filter { $0.value.plugin !== plugin }
            state.consenting = state.consenting.mapValues { $0.filter { $0.plugin !== plugin } }
            state.durable = state.durable.filter { $0.value.plugin !== plugin }
        }
    }
}
