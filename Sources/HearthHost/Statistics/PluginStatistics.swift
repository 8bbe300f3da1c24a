import HearthJSON
import HearthThreads
import Logging
import Synchronization

/// What plugins count for administrators. A plugin counts by providing the service `<its id>_statistics/1`, whose method `read` takes
/// an empty object and answers the members that the schema of its output declares: `docs/services/README.md`.
final class PluginStatistics: Sendable {
    private struct Source: Sendable {
        let service: ProvidedService
        /// The schemas of its members.
        let members: JSONObject
    }

    private static let method = "read"
    /// A plugin that is late must not hold up the others.
    private static let limit = Duration.seconds(2)

    private let sources = Mutex<[Source]>([])

    /// Adds what a plugin has registered.
    ///
    /// - Returns: why it cannot be added; nil when it was, or when the plugin counts nothing
    func add(_ registration: PluginRegistration, of plugin: PluginInstance) -> String? {
        let name = "\(plugin.id)_statistics/1"
        guard let service = registration.services.first(where: { $0.name == name }) else { return nil }
        guard let input = service.inputs[Self.method], input.validate(.object(JSONObject())).isEmpty,
            case .object(let output)? = service.outputs[Self.method], case .object(let members)? = output["properties"],
            !members.members.isEmpty
        else {
            return "the service \(name) needs a method `read` that takes an empty object and declares its output's properties"
        }
        return sources.withLock { sources in
            for (member, _) in members.members {
                if member == StatisticsRoutes.users { return "the member \(member) of the statistics is the host's" }
                if let other = sources.first(where: { $0.members[member] != nil }) {
                    return "the member \(member) of the statistics is \(other.service.plugin.id)'s already"
                }
            }
            sources.append(Source(service: service, members: members))
            return nil
        }
    }

    /// Takes away what a plugin has added.
    func remove(of plugin: PluginInstance) { sources.withLock { $0.removeAll { $0.service.plugin === plugin } } }

    /// The JSON Schemas of all members, by name.
    var members: JSONObject {
        sources.withLock { $0 }.reduce(into: JSONObject()) { members, source in
            for (name, schema) in source.members.members { members[name] = schema }
        }
    }

    /// Asks all plugins at once. What is not answered in time, or not as an object, is left out.
    ///
    /// - Parameter request: on whose behalf
    func read(for request: RoutedRequest) async -> JSONObject {
        let sources = sources.withLock { $0 }
        let answers = await withTaskGroup(of: (Int, JSONObject?).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, await Self.ask(source.service, for: request)) }
            }
            return await group.reduce(into: [Int: JSONObject]()) { $0[$1.0] = $1.1 }
        }
        var result = JSONObject()
        for (index, source) in sources.enumerated() {
            // Only what was declared: nobody can replace a member of somebody else.
            for (name, value) in answers[index]?.members ?? [] where source.members[name] != nil { result[name] = value }
        }
        return result
    }

    private static func ask(_ service: ProvidedService, for request: RoutedRequest) async -> JSONObject? {
        let reply = await ServiceExchange.ask(
            service, Self.method, requestID: request.id, actor: request.actor, deadline: min(request.deadline, .after(limit)))
        let reason: String
        switch reply {
        case .success(let output):
            if case .object(let object)? = try? JSONValue(parsing: output) { return object }
            reason = "the answer is not a JSON object"
        case .failure(let error): reason = error.message
        }
        service.plugin.logger.warning(
            "The statistics of a plugin are left out", metadata: ["service": "\(service.name)", "reason": "\(reason)"])
        return nil
    }
}
