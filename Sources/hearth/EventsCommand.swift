import ArgumentParser
import HearthHost

/// `hearth events`: what plugins tell each other.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Tell subscribers again what has happened.", subcommands: [Replay.self])

    /// `hearth events replay SUBSCRIBER`
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell a subscriber again what happened before.",
            discussion: "For one whose data was lost or is built anew. The running hosts do it, page by page.")

        @Argument(help: "The plugin and the name of the subscriber, such as stats/totals.") var subscriber: String

        func run() async throws {
            let events = try await ProcessSetup().administer { try await $0.replayEvents(for: subscriber) }
            for event in events { print("\(subscriber) will be told of \(event) again") }
        }
    }
}
