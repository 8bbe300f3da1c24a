import CHearth
import HearthConfiguration
import HearthDatabase
import HearthMail
import Logging

/// Brings the plugins of a `plugins.conf` up: plans, migrates, initialises, starts.
///
/// A plugin that fails refuses the start, or with `on_error = "skip"` is left out with everybody who needs it.
struct PluginLoader {
    let services: HostServices
    let conf: PluginsConf
    /// For settings that are secrets.
    let environment: [String: String]
    /// The members of the user object that are the host's.
    let hostMembers: Set<String>
    /// Whether migrations and seeds are applied.
    var migrates = true
    /// Whether plugins are started once they have registered.
    var starts = true
    /// Told of each step before it is taken.
    var onStep: @Sendable (_ plugin: String, _ step: PluginStep) -> Void = { _, _ in }

    /// Plugins that run, with the routes of everybody.
    struct Loaded {
        var plugins: [RunningPlugin]
        var catalogue: RouteCatalogue
    }

    /// Brings everything up.
    ///
    /// - Parameter catalogue: the host's own routes
    /// - Returns: what runs, in the order of the start
    /// - Throws: ``HearthConfiguration/ConfigurationErrors`` or ``PluginFailure`` that say why the start is refused
    func load(into catalogue: RouteCatalogue) async throws -> Loaded {
        var excluded: Set<String> = []
        // Each round leaves out one plugin more, so it ends.
        while true {
            let plan = try PluginPlan(conf, abi: HEARTH_ABI, environment: environment, excluding: excluded)
            for skipped in plan.skipped {
                tellLeftOut(skipped.id, "\(skipped.reasons)")
            }
            var loaded = Loaded(plugins: [], catalogue: catalogue)
            var current: PluginPlan.Plugin?
            do {
                for plugin in plan.plugins {
                    current = plugin
                    try await bringUp(plugin, into: &loaded)
                }
                for plugin in plan.plugins where starts {
                    current = plugin
                    try await start(plugin.id, in: loaded)
                }
                return loaded
            } catch {
                await tearDown(loaded.plugins) { await services.waitForContexts(atMost: .seconds(5)) }
                guard let current else { throw error }
                guard let culprit = Self.culprit(of: error, current, among: plan.plugins) else {
                    guard var failure = error as? PluginFailure else { throw error }
                    failure.entry = current.entry
                    throw failure
                }
                let reason = (error as? PluginFailure)?.message ?? "\(error)"
                tellLeftOut(culprit, reason)
                excluded.insert(culprit)
            }
        }
    }

    private func tellLeftOut(_ plugin: String, _ reason: String) {
        // The reason may be a line for each fault, so it stands in the message, where it is read.
        services.logger.error("A plugin is left out: \(reason)", metadata: ["plugin": "\(plugin)"])
    }

    /// Who is left out because of an error: the plugin that has it, or the one that has what it wants; nil when neither may be.
    private static func culprit(
        of error: any Error, _ current: PluginPlan.Plugin, among plugins: [PluginPlan.Plugin]
    ) -> String? {
        if current.entry.onError == .skip { return current.id }
        guard let rival = (error as? PluginFailure)?.rival else { return nil }
        return plugins.first { $0.id == rival && $0.entry.onError == .skip }?.id
    }

    private func bringUp(_ plan: PluginPlan.Plugin, into loaded: inout Loaded) async throws {
        if migrates {
            onStep(plan.id, .migrations)
            try await migrate(plan.manifest)
        }
        onStep(plan.id, .descriptor)
        let library = try PluginLibrary(plan.manifest)
        let instance = PluginInstance(plan, services: services)
        onStep(plan.id, .`init`)
        let running = try await RunningPlugin.initialise(instance, library.plugin, on: services.lifecycle)
        loaded.plugins.append(running)
        onStep(plan.id, .registration)
        do throws(RouteRefusal) {
            try loaded.catalogue.add(running.registration.routes, schemas: running.registration.schemas, owner: plan.id)
        } catch {
            throw PluginFailure(plugin: plan.id, error.description, rival: error.rival)
        }
        let provided = Set(running.registration.services.map(\.name))
        if let missing = plan.manifest.provides.first(where: { !provided.contains($0) }) {
            throw PluginFailure(plugin: plan.id, "plugin.toml announces the service \(missing), and init has not provided it")
        }
        if let (event, owner) = services.events.add(running.registration) {
            throw PluginFailure(plugin: plan.id, "the event \(event) is declared by \(owner) already", rival: owner)
        }
        if let refusal = services.userExtensions.add(running.registration, hostMembers: hostMembers) {
            throw PluginFailure(plugin: plan.id, refusal)
        }
        if let refusal = services.statistics.add(running.registration, of: instance) {
            throw PluginFailure(plugin: plan.id, refusal)
        }
        services.jobs.add(running.registration)
        if let authority = running.registration.topicAuthority { services.realtime.add(authority) }
        do throws(TemplateFault) {
            try services.mail.add(running.registration, of: instance)
        } catch {
            throw PluginFailure(plugin: plan.id, "\(error)")
        }
    }

    private func start(_ id: String, in loaded: Loaded) async throws {
        guard let running = loaded.plugins.first(where: { $0.instance.id == id }) else { return }
        onStep(id, .start)
        try await running.start()
        if let taken = services.registry.add(running.registration.services) {
            throw PluginFailure(plugin: id, "the service \(taken.name) is provided by \(taken.plugin.id) already")
        }
        services.jobs.start(running.registration, of: running.instance)
        services.mail.start(running.instance)
        services.logger.info(
            "A plugin has started",
            metadata: ["plugin": "\(id)", "version": "\(running.instance.manifest.version)"])
    }

    /// Applies the migrations of a plugin, then its seeds.
    private func migrate(_ manifest: PluginManifest) async throws(PluginFailure) {
        let clock = services.clock
        do throws(MigrationError) {
            let runner = MigrationRunner(
                database: services.database, scope: .plugin(manifest.id), folder: manifest.folder + "/migrations",
                now: { clock.now })
            for migration in try await runner.up() {
                services.logger.info(
                    "A migration was applied", metadata: ["plugin": "\(manifest.id)", "migration": "\(migration.name)"])
            }
            _ = try await SeedRunner(
                database: services.database, scope: .plugin(manifest.id), folder: manifest.folder + "/seeds", now: { clock.now }
            ).run()
        } catch {
            throw PluginFailure(plugin: manifest.id, error.description)
        }
    }

    /// Takes plugins down, in the reverse order of their start.
    ///
    /// - Parameter letGo: waits between drain and stop until all contexts are over
    func tearDown(_ plugins: [RunningPlugin], letGo: () async -> Void = {}) async {
        await services.jobs.stop(plugins)
        for plugin in plugins.reversed() {
            onStep(plugin.instance.id, .drain)
            await plugin.drain()
        }
        await letGo()
        for plugin in plugins.reversed() {
            services.registry.remove(of: plugin.instance)
            services.userExtensions.remove(of: plugin.instance)
            services.statistics.remove(of: plugin.instance)
            services.events.remove(of: plugin.instance)
            services.realtime.removeAuthority(of: plugin.instance)
            services.mail.remove(of: plugin.instance)
            onStep(plugin.instance.id, .stop)
            await plugin.stop()
        }
    }
}
