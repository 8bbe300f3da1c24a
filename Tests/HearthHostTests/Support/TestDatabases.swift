import HearthDatabase
import TestServers

/// Opens the database of a test on the engine of the run: a file in its folder, or a database of its own on the server.
func openDatabase(in folder: String) async throws -> any Database {
    switch TestEngine.current {
    case .sqlite: return try SQLiteDatabase(SQLiteConfiguration(path: folder + "/test.sqlite"))
    case .postgres:
        return try await PostgresDatabase.open(
            PostgresConfiguration(
                address: try await TestDatabase.address(for: folder), minimumConnections: 1, maximumConnections: 4))
    }
}
