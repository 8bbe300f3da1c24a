import HearthConfiguration
import HearthDatabase

extension Administration {
    /// A migration of the host or of a plugin.
    public struct MigrationState: Sendable {
        /// `host`, or the id of a plugin.
        public let owner: String
        /// Its number and name, such as `0001_habits`.
        public let name: String
        /// When it was applied, in microseconds since 1970-01-01 00:00 UTC; nil when it is to come.
        public let appliedAt: Int64?

        init(_ migration: Migration, owner: String) {
            let number = String(migration.version)
            self.owner = owner
            name = String(repeating: "0", count: max(0, 4 - number.count)) + number + "_" + migration.name
            appliedAt = migration.appliedAt
        }
    }

    /// The migrations of the host and of all enabled plugins.
    ///
    /// - Parameter plugin: whose alone; `host` for the host's; nil for all
    /// - Throws: ``AdministrationError`` when no such plugin is enabled; `MigrationError` for a changed or missing file;
    ///   `ConfigurationErrors` when `plugins.conf` or a manifest is wrong
    public func migrations(of plugin: String? = nil) async throws -> [MigrationState] {
        var states: [MigrationState] = []
        for owner in try owners(plugin) {
            states += try await with(owner) { try await $0.status() }.map { MigrationState($0, owner: owner.id) }
        }
        return states
    }

    /// Applies what is to come, the host's first.
    ///
    /// - Parameters:
    ///   - plugin: whose alone; nil for all
    ///   - tell: is told of each one that is applied; these stay when a later one fails
    /// - Throws: as ``migrations(of:)``
    public func migrateUp(of plugin: String? = nil, tell: (MigrationState) -> Void) async throws {
        for owner in try owners(plugin) {
            for migration in try await with(owner, { try await $0.up() }) { tell(MigrationState(migration, owner: owner.id)) }
        }
    }

    /// Takes the latest migrations back.
    ///
    /// - Parameters:
    ///   - plugin: whose; nil for those that were applied last, whosever they are
    ///   - steps: how many
    ///   - tell: is told of each one that is taken back; these stay so when a later one fails
    /// - Throws: as ``migrations(of:)``; `MigrationError` for one that cannot be undone
    public func migrateDown(of plugin: String? = nil, steps: Int = 1, tell: (MigrationState) -> Void) async throws {
        for _ in 0..<max(0, steps) {
            var latest: (owner: Owner, at: Int64)?
            for owner in try owners(plugin) {
                let applied = try await with(owner) { try await $0.status() }.compactMap(\.appliedAt).max()
                // Of those of one moment, the one of the plugin that starts last.
                if let applied, applied >= latest?.at ?? .min { latest = (owner, applied) }
            }
            guard let owner = latest?.owner else { break }
            for migration in try await with(owner, { try await $0.down() }) { tell(MigrationState(migration, owner: owner.id)) }
        }
    }

    /// Who has migrations, with their folder; nil for the host, whose are part of the program.
    private struct Owner {
        let id: String
        let folder: String?
    }

    private func owners(_ wanted: String?) throws -> [Owner] {
        let conf = try PluginsConf(contentsOf: core.environment.pluginsConf)
        // A plugin that could not start can still be migrated, back above all.
        let enabled = conf.plugins.filter(\.enabled)
        if let wanted {
            if wanted == "host" { return [Owner(id: "host", folder: nil)] }
            guard let entry = enabled.first(where: { $0.id == wanted }) else {
                throw AdministrationError(
                    "\(conf.path) enables no plugin \"\(wanted)\": "
                        + "there is \((["host"] + enabled.map(\.id)).joined(separator: ", "))")
            }
            return [Owner(id: wanted, folder: try conf.manifest(of: entry).folder)]
        }
        let manifests = try StartOrder(of: enabled.map { try conf.manifest(of: $0) }, maySkip: Set(enabled.map(\.id))).order
        return [Owner(id: "host", folder: nil)] + manifests.map { Owner(id: $0.id, folder: $0.folder) }
    }

    private func with<R: Sendable>(_ owner: Owner, _ body: (MigrationRunner) async throws -> R) async throws -> R {
        let clock = core.services.clock
        guard let folder = owner.folder else {
            return try await HostMigrations.withRunner(core.services.database, now: { clock.now }, body)
        }
        return try await body(
            MigrationRunner(
                database: core.services.database, scope: .plugin(owner.id), folder: folder + "/migrations", now: { clock.now }))
    }
}
