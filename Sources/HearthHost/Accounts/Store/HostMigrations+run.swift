import FoundationEssentials
import HearthDatabase

extension HostMigrations {
    /// Gives a runner over the host's migrations, which are laid out as files for the time of a call.
    ///
    /// - Parameters:
    ///   - database: What to migrate.
    ///   - now: The clock, in microseconds since 1970-01-01 00:00 UTC.
    /// - Throws: What the body throws, and `MigrationError` when the files cannot be laid out.
    static func withRunner<R>(
        _ database: any Database, now: @escaping @Sendable () -> Int64, _ body: (MigrationRunner) async throws -> R
    ) async throws -> R {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appending(path: "hearth-migrations-\(UInt64.random(in: 0 ... .max))").path
        defer { try? manager.removeItem(atPath: folder) }
        do {
            try manager.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for (name, sql) in files { try Data(sql.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        } catch {
            throw MigrationError("the migrations of the host cannot be laid out", file: folder)
        }
        return try await body(MigrationRunner(database: database, scope: .host, folder: folder, now: now))
    }
}
