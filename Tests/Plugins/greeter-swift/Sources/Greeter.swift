public import HearthKit

/// Says hello, and keeps greetings.
public struct Greeter: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "greeter-swift"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the routes.
    public init(_ setup: Setup) throws {
        let word = try setup.settings.text("greeting")

        setup.routes(tag: "greeter-swift", access: .everybody)
            .route(.get, "/greeter-swift/hello", "Say hello", query: Whom.self) { request in
                Hello(message: "\(word), \(request.query.name)!")
            }

        let mine = setup.routes(tag: "greeter-swift")
        mine.route(.post, "/greeter-swift/greetings", "Keep a greeting", body: NewGreeting.self, status: 201) { request in
            let context = request.context
            let greeting = Greeting(id: context.makeID(), message: request.body.message, createdAt: context.now)
            try await context.execute(greeting.insertion(by: request.user.id))
            return greeting
        }
        mine.route(
            .get, "/greeter-swift/greetings", "List my greetings", options: RouteOptions(docs: "The last hundred, newest first.")
        ) { request in
            Greetings(greetings: try await request.context.query(Greeting.latest(of: request.user.id)))
        }
    }
}
