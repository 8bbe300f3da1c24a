import ArgumentParser
import FoundationEssentials
import HearthHost

/// `hearth migrate`: the tables of the host and of its plugins.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "See, apply and take back the migrations of the host and of its plugins.",
        subcommands: [Status.self, Up.self, Down.self])

    /// Whose migrations.
    struct Owner: ParsableArguments {
        @Option(name: .long, help: "The id of a plugin, or host; without it all.")
        var plugin: String?
    }

    /// `hearth migrate status`
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tell which migrations are applied, and which are to come.")
        @OptionGroup var owner: Owner

        func run() async throws {
            let states = try await ProcessSetup().administer(migratesHost: false) { try await $0.migrations(of: owner.plugin) }
            let width = states.map { $0.title.count }.max() ?? 0
            for state in states {
                let when = state.appliedAt.map { "applied \(MigrateCommand.date($0))" } ?? "to come"
                print(state.title + String(repeating: " ", count: width - state.title.count + 2) + when)
            }
            if states.isEmpty { print("there are no migrations") }
        }
    }

    /// `hearth migrate up`
    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply the migrations that are to come.", discussion: "The host does so too before it starts.")
        @OptionGroup var owner: Owner

        func run() async throws {
            try await ProcessSetup().administer(migratesHost: false) { administration in
                var isIdle = true
                try await administration.migrateUp(of: owner.plugin) { state in
                    isIdle = false
                    print("applied \(state.title)")
                }
                if isIdle { print("nothing is to come") }
            }
        }
    }

    /// `hearth migrate down`
    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the migrations back that were applied last.",
            discussion: "What their tables hold is lost. The host must not run; when it starts it applies them again.")
        @OptionGroup var owner: Owner
        @Option(help: "How many.") var steps = 1

        func validate() throws {
            guard (1...10_000).contains(steps) else { throw ValidationError("--steps takes a number from 1 to 10000.") }
        }

        func run() async throws {
            try await ProcessSetup().administer(migratesHost: false) { administration in
                var isIdle = true
                try await administration.migrateDown(of: owner.plugin, steps: steps) { state in
                    isIdle = false
                    print("taken back \(state.title)")
                }
                if isIdle { print("nothing is applied") }
            }
        }
    }

    private static func date(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
    }
}

extension Administration.MigrationState {
    /// `habits/0001_habits`
    fileprivate var title: String { "\(owner)/\(name)" }
}
