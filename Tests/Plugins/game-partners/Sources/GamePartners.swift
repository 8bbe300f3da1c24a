public import HearthKit
import Synchronization

/// Plays an inbox and a subscriber that remember what they were told, and somebody who shows characters.
public struct GamePartners: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "game-partners"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    private let told = Told()

    /// Registers the service, the subscribers and the routes.
    public init(_ setup: Setup) throws {
        let told = told
        setup.provide("notifications/1") {
            ProvidedMethod(ServiceMethod<JSONValue, JSONValue>("notifications/1", "send")) { _, notification in
                told.note("notifications", notification)
                return ["id": .null]
            }
        }
        for name in ["coins.spent/1", "level.reached/1"] {
            setup.subscribe(to: Event<JSONValue>(name), as: String(name.dropLast(2))) { _, event in told.note(name, event.payload)
            }
        }
        let routes = setup.routes(tag: "game-partners", access: .everybody)
        routes.route(.get, "/game-partners/told", "Show what each was told") { _ in told.all }
        let user = PathParameter<UUID>("user_id")
        routes.route(.get, "/game-partners/characters/\(user)", "Ask characters/1 about a user and nobody") { request in
            let ids: JSONValue = ["user_ids": [.string("\(try request[user])"), .string("\(UUID.zero)")]]
            let summaries = ServiceMethod<JSONValue, JSONValue>("characters/1", "summaries")
            return try await request.context.call(summaries, ids) ?? .null
        }
    }
}

/// What each was told, in order.
private final class Told: Sendable {
    private let lists = Mutex<[String: [JSONValue]]>([:])

    func note(_ who: String, _ what: JSONValue) { lists.withLock { $0[who, default: []].append(what) } }

    var all: JSONValue {
        var object = JSONObject()
        for (who, what) in lists.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { object[who] = .array(what) }
        return .object(object)
    }
}
