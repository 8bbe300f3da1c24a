import TestServers
import Testing

extension TestHost {
    /// Runs a statement on the host's database, behind its back.
    ///
    /// - Returns: The rows as text; null is empty.
    @discardableResult
    func sql(_ text: String) async throws -> [[String]] {
        switch TestEngine.current {
        case .postgres: try await PostgresConsole(try #require(variables["DATABASE_URL"])).run(text)
        case .sqlite: try SQLiteConsole(dataFolder + "/hearth.sqlite").run(text)
        }
    }
}
