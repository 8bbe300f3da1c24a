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

extension TestHost {
    /// Erases a user as the database does it: what refers to him goes with him.
    func erase(_ user: String) async throws {
        switch TestEngine.current {
        case .postgres: try await sql("DELETE FROM users WHERE id = '\(user)'")
        case .sqlite:
            let id = "x'\(user.filter { $0 != "-" })'"
            try SQLiteConsole(dataFolder + "/hearth.sqlite").run("DELETE FROM users WHERE id = \(id)", followingReferences: true)
        }
    }
}
