public import HearthConfiguration
import HearthDatabase
import HearthJSON
import Synchronization

/// Loads a plugin into a host that is thrown away afterwards, takes it through its life twice, and tells which rules of the
/// interface it breaks. A plugin may crash the process, so run it in one of its own.
public struct PluginCheck: Sendable {
    let manifest: PluginManifest
    /// Plugins that are loaded beside it: providers of what it needs, neighbours whose routes it must not take.
    let neighbours: [PluginManifest]
    /// Lines `key = value` for its table of settings.
    let settings: [String]
    /// An empty folder for data.
    let workFolder: String
    /// Where secrets are looked for.
    let variables: [String: String]
    let report: CheckReport

    /// - Parameters:
    ///   - manifest: the plugin
    ///   - neighbours: plugins that are loaded beside it
    ///   - settings: lines `key = value` in TOML for its settings; what is not named has its default
    ///   - workFolder: an empty folder for data
    ///   - variables: the environment, in which secrets are looked for
    ///   - tell: is told each line of the report as soon as it is known
    public init(
        _ manifest: PluginManifest, beside neighbours: [PluginManifest] = [], settings: [String] = [], workFolder: String,
        variables: [String: String], tell: @escaping @Sendable (CheckLine) -> Void
    ) {
        self.manifest = manifest
        self.neighbours = neighbours
        self.settings = settings
        self.workFolder = workFolder
        self.variables = variables
        report = CheckReport(tell)
    }

    /// Runs the check.
    ///
    /// - Returns: whether the plugin keeps all rules
    public func run() async -> Bool {
        let first = await live(1, calling: nil)
        // Who cannot live once need not try again.
        if let first, await live(2, calling: first) != nil {
            report.pass("second life", "a second instance lived and ended like the first")
        }
        return report.isClean
    }

    /// Takes the plugin through one life.
    ///
    /// - Parameter names: the operations to call; nil for all that can be called simply
    /// - Returns: the operations that answered well and soon; nil when the plugin could not be started
    private func live(_ number: Int, calling names: Set<String>?) async -> Set<String>? {
        let log = CheckLog()
        report.step("opening a throw-away host")
        do {
            let core = try await HostCore.open(try environment(number), clock: SystemClock(), logger: log.logger)
            let answered = try await live(number, core, log, calling: names)
            await core.close()
            report.take(log.take())
            return answered
        } catch {
            report.fail("host", "\(error)")
            return nil
        }
    }

    private func live(_ number: Int, _ core: HostCore, _ log: CheckLog, calling names: Set<String>?) async throws -> Set<String>?
    {
        let accounts = try await core.accounts()
        var loader = PluginLoader(
            services: core.services, conf: try conf(), environment: variables, hostMembers: UserObject.members)
        let taken = Mutex<[PluginStep]>([])
        loader.onStep = { [report, manifest] plugin, step in
            report.step("\(step.rawValue) of \(plugin)")
            if plugin == manifest.id { taken.withLock { $0.append(step) } }
        }
        let loaded: PluginLoader.Loaded
        do {
            loaded = try await loader.load(into: try core.catalogue(accounts, DocumentHolder()))
        } catch {
            let steps = taken.withLock { $0.filter { $0 != .drain && $0 != .stop } }
            for step in steps.dropLast() where number == 1 { report.pass(step.rawValue, "done") }
            report.fail(steps.last?.rawValue ?? "configuration", words(for: error))
            report.take(log.take())
            return nil
        }
        report.take(log.take())
        if number == 1 { tellLoaded(loaded) }
        await instantiateAgain(core, loaded, log)
        let calls = CheckedCalls(catalogue: loaded.catalogue, accounts: accounts, owner: manifest.id, report: report, log: log)
        let answered = await calls.run(only: names)
        if number == 1, let running = loaded.plugins.first(where: { $0.instance.id == manifest.id }) {
            let services = running.registration.services
            await CheckedServices(services: services, report: report, log: log).run()
        }
        report.step("waiting for open requests")
        await core.services.waitForContexts(atMost: .seconds(5))
        report.take(log.take())
        await loader.tearDown(loaded.plugins)
        report.take(log.take())
        if number == 1 { tellKept() }
        return answered
    }

    /// Makes another instance while the first one is there: state in global variables shows now.
    private func instantiateAgain(_ core: HostCore, _ loaded: PluginLoader.Loaded, _ log: CheckLog) async {
        guard let first = loaded.plugins.first(where: { $0.instance.id == manifest.id }) else { return }
        report.step("init, start, drain and stop of a second instance beside the first")
        do throws(PluginFailure) {
            let second = try await first.another()
            defer { report.take(log.take()) }
            do throws(PluginFailure) {
                try await second.start()
            } catch {
                report.fail("instances", "the second instance beside the first: \(error.message)")
            }
            await second.drain()
            await second.stop()
            report.pass("instances", "a second instance lived beside the first")
        } catch {
            report.fail("instances", "the second instance beside the first: \(error.message)")
        }
    }

    private func words(for error: any Error) -> String {
        guard let failure = error as? PluginFailure else { return "\(error)" }
        return failure.plugin == manifest.id ? failure.message : "\(failure.plugin): \(failure.message)"
    }

    private func environment(_ number: Int) throws -> HostEnvironment {
        try HostEnvironment([
            "HEARTH_DATA": "\(workFolder)/life-\(number)", "ENVIRONMENT": "test", "BCRYPT_COST": "4", "RATE_LIMIT": "off",
            "SECRET_KEY": String(repeating: "check", count: 10),
        ])
    }

    private func conf() throws -> PluginsConf {
        var text = "search_path = []\n"
        for plugin in [manifest] + neighbours {
            // A JSON string is a basic string of TOML.
            text += "[plugins.\(plugin.id)]\nlibrary = \(JSONValue.string(FileSystem.absolute(plugin.folder)).text)\n"
            if plugin.id == manifest.id, !settings.isEmpty {
                text += "[plugins.\(plugin.id).settings]\n\(settings.joined(separator: "\n"))\n"
            }
        }
        return try PluginsConf(text: text, path: "plugins.conf of the check")
    }

    private func tellLoaded(_ loaded: PluginLoader.Loaded) {
        guard let running = loaded.plugins.first(where: { $0.instance.id == manifest.id }) else { return }
        let registration = running.registration
        report.pass(PluginStep.migrations.rawValue, "applied to an empty database")
        report.pass(PluginStep.descriptor.rawValue, "agrees with plugin.toml: \(manifest.id) \(manifest.version)")
        report.pass(PluginStep.`init`.rawValue, "returned HEARTH_OK; nothing was refused")
        report.pass(
            PluginStep.registration.rawValue,
            "\(registration.routes.count) routes, \(registration.services.count) services as announced, "
                + "\(registration.facets.count) facets, \(registration.observers.count) observers")
        report.pass(PluginStep.start.rawValue, "returned HEARTH_OK")
    }

    private func tellKept() {
        report.pass("handlers", "each called one answered in time")
        report.pass("answers", "each has a declared status, and a body that is valid by its schema")
        report.pass("calls", "the host refused none")
        report.pass("statements", "the host refused none")
        report.pass("threads", "none was held for longer than 100 ms")
        report.pass("transactions", "none was left open")
        report.pass("contexts", "none was left open")
        report.pass("life cycle", "drain and stop ended in time")
    }
}
