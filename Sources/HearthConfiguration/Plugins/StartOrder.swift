/// The order in which plugins start: providers before those who need them, otherwise by id.
public struct StartOrder: Sendable, Equatable {
    /// A plugin that is left out, and why.
    public struct Skipped: Sendable, Equatable {
        /// The plugin.
        public let id: String
        /// Why it cannot start.
        public let reason: ConfigurationError
    }

    /// The plugins that can start, in that order.
    public let order: [PluginManifest]
    /// The plugins that cannot start and may be left out, in the order in which that was found.
    public let skipped: [Skipped]

    /// Orders plugins by what they need. Optional uses order nothing.
    ///
    /// - Parameters:
    ///   - manifests: the enabled plugins, in any order.
    ///   - maySkip: the ids of those that may be left out (`on_error = "skip"`).
    /// - Throws: every cycle, missing provider, service with two providers and id with two plugins that remains when those
    ///   that may be left out are.
    public init(of manifests: [PluginManifest], maySkip: Set<String> = []) throws(ConfigurationErrors) {
        var remaining = manifests.sorted { ($0.id, $0.path) < ($1.id, $1.path) }
        var skipped: [Skipped] = []
        var fatal: [ConfigurationError] = []
        while true {
            let problems = Self.problems(of: remaining)
            let curable = problems.compactMap { problem in
                problem.culprits.last { maySkip.contains(remaining[$0].id) }.map { (index: $0, error: problem.error) }
            }
            // One at a time: leaving one plugin out can cure or cause other problems.
            guard let first = curable.first else {
                // What was left out may be why others cannot start.
                if !problems.isEmpty { fatal = skipped.map(\.reason) + problems.map(\.error) }
                break
            }
            skipped.append(Skipped(id: remaining[first.index].id, reason: first.error))
            remaining.remove(at: first.index)
        }
        try fatal.throwIfAny()
        self.skipped = skipped
        order = Self.sorted(remaining)
    }

    /// What keeps plugins from starting; `culprits` are positions of those of whom one has to go.
    private struct Problem {
        var culprits: [Int]
        var error: ConfigurationError
    }

    private static func problems(of plugins: [PluginManifest]) -> [Problem] {
        var problems: [Problem] = []
        var owners: [String: Int] = [:]
        for (index, plugin) in plugins.enumerated() {
            if let other = plugins[..<index].firstIndex(where: { $0.id == plugin.id }) {
                let message = "the id \"\(plugin.id)\" is taken by \(plugins[other].path)"
                problems.append(Problem(culprits: [other, index], error: plugin.error("id", message)))
            }
            for service in plugin.provides {
                if let owner = owners[service] {
                    let message =
                        "\"\(service)\" is provided by both \(plugins[owner].id) (\(plugins[owner].path)) and \(plugin.id); "
                        + "disable one of them"
                    problems.append(Problem(culprits: [owner, index], error: plugin.error("provides", message)))
                } else {
                    owners[service] = index
                }
            }
        }
        for (index, plugin) in plugins.enumerated() {
            for service in plugin.needs where owners[service] == nil {
                problems.append(Problem(culprits: [index], error: missing(service, neededBy: plugin, owners, plugins)))
            }
        }
        for cycle in cycles(plugins, owners) {
            let links = cycle.enumerated().map { position, index in
                let next = cycle[(position + 1) % cycle.count]
                let service = plugins[index].needs.first { owners[$0] == next } ?? ""
                return "\(plugins[index].id) needs \"\(service)\" of \(plugins[next].id)"
            }
            let message =
                "needs form a cycle: \(links.joined(separator: ", ")); one of them must be under uses, which orders nothing"
            problems.append(Problem(culprits: cycle, error: plugins[cycle[0]].error("needs", message)))
        }
        return problems
    }

    private static func missing(
        _ service: String, neededBy plugin: PluginManifest, _ owners: [String: Int], _ plugins: [PluginManifest]
    ) -> ConfigurationError {
        var message = "\(plugin.id) needs \"\(service)\", which no enabled plugin provides"
        let name = service.prefix { $0 != "/" }
        if let other = owners.keys.sorted().first(where: { $0.prefix { $0 != "/" } == name }), let owner = owners[other] {
            message += "; \(plugins[owner].id) provides \"\(other)\""
            return plugin.error("needs", message)
        }
        return plugin.error(
            "needs", message,
            suggestion: Suggestion.nearest(to: service, among: owners.keys.filter { !plugin.provides.contains($0) }))
    }

    /// Each cycle once, from its first plugin on.
    private static func cycles(_ plugins: [PluginManifest], _ owners: [String: Int]) -> [[Int]] {
        enum Mark { case new, open, done }
        var marks = Array(repeating: Mark.new, count: plugins.count)
        var trail: [Int] = []
        var cycles: [[Int]] = []
        func visit(_ index: Int) {
            marks[index] = .open
            trail.append(index)
            for service in plugins[index].needs {
                guard let owner = owners[service] else { continue }
                switch marks[owner] {
                case .new: visit(owner)
                case .open:
                    if let start = trail.firstIndex(of: owner) { cycles.append(rotated(Array(trail[start...]))) }
                case .done: break
                }
            }
            trail.removeLast()
            marks[index] = .done
        }
        for index in plugins.indices where marks[index] == .new { visit(index) }
        return cycles.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func rotated(_ cycle: [Int]) -> [Int] {
        guard let least = cycle.min(), let start = cycle.firstIndex(of: least) else { return cycle }
        return Array(cycle[start...] + cycle[..<start])
    }

    /// Orders plugins that have no problems: of all that could be next, the first by id.
    private static func sorted(_ plugins: [PluginManifest]) -> [PluginManifest] {
        var waiting = plugins
        var provided: Set<String> = []
        var order: [PluginManifest] = []
        while let next = waiting.firstIndex(where: { $0.needs.allSatisfy(provided.contains) }) {
            let plugin = waiting.remove(at: next)
            provided.formUnion(plugin.provides)
            order.append(plugin)
        }
        return order
    }
}

extension PluginManifest {
    /// A fault of one of the manifest's keys.
    func error(_ key: String, _ message: String, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(file: path, line: lines[key], key: key, message: message, suggestion: suggestion)
    }
}
