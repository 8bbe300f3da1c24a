import CHearth
import HearthDatabase
import HearthJSON
import Synchronization

/// What plugins add to accounts: their facets and observers, once they have started.
final class PluginUserExtensions: UserExtensions {
    private struct State {
        var facets: [Facet] = []
        var observers: [UserObserver] = []
    }

    private let state = Mutex(State())

    /// Members of the user object that have no owner among the plugins by themselves, but defaults.
    static let unowned = Set(UserObject.game.map(\.name))

    /// Adds what a plugin has registered.
    ///
    /// - Returns: why it cannot be added; nil when it was
    func add(_ registration: PluginRegistration, hostMembers: Set<String>) -> String? {
        state.withLock { state in
            for facet in registration.facets {
                for other in state.facets {
                    if other.name == facet.name { return "the facet \(facet.name) is \(other.plugin.id)'s already" }
                    if let member = facet.members.members.first(where: { other.members[$0.name] != nil }) {
                        return "the member \(member.name) of the user object is \(other.plugin.id)'s already"
                    }
                }
                if let member = facet.members.members.first(where: {
                    hostMembers.contains($0.name) && !Self.unowned.contains($0.name)
                }) {
                    return "the member \(member.name) of the user object is the host's"
                }
            }
            state.facets += registration.facets
            state.observers += registration.observers
            return nil
        }
    }

    /// Takes away what a plugin has added.
    func remove(of plugin: PluginInstance) {
        state.withLock { state in
            state.facets.removeAll { $0.plugin === plugin }
            state.observers.removeAll { $0.plugin === plugin }
        }
    }

    var members: JSONObject {
        var members = JSONObject()
        for facet in state.withLock({ $0.facets }) {
            for (name, schema) in facet.members.members { members[name] = schema }
        }
        return members
    }

    func read(_ users: [DatabaseUUID], isPublic: Bool, request: RoutedRequest) async -> [JSONObject] {
        let facets = state.withLock { $0.facets }
        var objects = [JSONObject](repeating: JSONObject(), count: users.count)
        guard !facets.isEmpty, !users.isEmpty else { return objects }
        let answers = await withTaskGroup(of: (Int, [JSONObject?]?).self) { group in
            for (index, facet) in facets.enumerated() {
                group.addTask { (index, await FacetExchange(facet, users: users, isPublic: isPublic).read(request: request)) }
            }
            return await group.reduce(into: [Int: [JSONObject?]]()) { $0[$1.0] = $1.1 }
        }
        for (index, facet) in facets.enumerated() {
            guard let answer = answers[index] else { continue }
            for (position, object) in answer.enumerated() {
                // Only what was declared: a facet cannot replace a member of somebody else.
                for (name, value) in object?.members ?? [] where facet.members[name] != nil { objects[position][name] = value }
            }
        }
        return objects
    }

    func notify(_ event: UserEvent, user: DatabaseUUID, changes: JSONObject, in transaction: any DatabaseTransaction) async throws
    {
        let number: hearth_user_event =
            switch event {
            case .created: 1
            case .changed: 2
            }
        for observer in state.withLock({ $0.observers }) where observer.events & 1 << UInt64(number) != 0 {
            try await ObserverExchange(observer, event: number, user: user, changes: changes).run(in: transaction)
        }
    }
}
