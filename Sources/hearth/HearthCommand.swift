import ArgumentParser
import HearthHost

/// The command line of the server.
@main
struct HearthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hearth", abstract: "A server that other people's features live in.", version: Host.version,
        subcommands: [
            ServeCommand.self, PluginCommand.self, MigrateCommand.self, UsersCommand.self, JobsCommand.self, EventsCommand.self,
            MailCommand.self, OpenAPICommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
