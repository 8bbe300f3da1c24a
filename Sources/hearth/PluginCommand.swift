import ArgumentParser
import Foundation
import HearthConfiguration
import HearthHost

/// `hearth plugin`: what there is to know about plugins without serving.
struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "List, inspect and check plugins.",
        subcommands: [List.self, Inspect.self, PluginCheckCommand.self])

    /// `hearth plugin list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the plugins of plugins.conf in the order of their start, and those that could be added.",
            discussion: "Loads nothing. Exits with 1 when the host would refuse to start.")

        func run() throws {
            let process = try ProcessSetup()
            try ProcessSetup.explaining {
                let listing = PluginListing(
                    try PluginsConf(contentsOf: process.environment.pluginsConf), abi: Host.interfaceVersion,
                    environment: process.variables)
                print(listing)
                guard listing.canStart else { throw ExitCode.failure }
            }
        }
    }

    /// `hearth plugin inspect PATH`
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what is in a plugin's folder, plugin.toml or library.",
            discussion: "Reads files and runs no code of the plugin. Exits with 1 when the plugin could not be loaded.")

        @Argument(help: "The folder of a plugin, its plugin.toml, or a library alone.", completion: .file())
        var path: String

        func run() throws {
            let inspection = PluginInspection(path: path)
            print(inspection)
            guard inspection.problems.isEmpty else { throw ExitCode.failure }
        }
    }
}
