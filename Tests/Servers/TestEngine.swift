import Foundation

/// The engine on which a run of tests keeps its data.
public enum TestEngine: String, Sendable, CaseIterable {
    /// SQLite, in the data folder of each host.
    case sqlite
    /// PostgreSQL, with a database for each host on the server of the run.
    case postgres

    /// What `HEARTH_TEST_DATABASE` says; without it SQLite. `scripts/test` runs everything on both.
    public static let current: TestEngine = {
        guard let name = ProcessInfo.processInfo.environment["HEARTH_TEST_DATABASE"], !name.isEmpty else { return .sqlite }
        guard let engine = TestEngine(rawValue: name) else {
            preconditionFailure("HEARTH_TEST_DATABASE: expected \"sqlite\" or \"postgres\", not \"\(name)\"")
        }
        return engine
    }()
}
