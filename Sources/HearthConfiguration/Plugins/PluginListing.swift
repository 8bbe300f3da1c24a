/// The plugins that a host has, could have and has trouble with: what `hearth plugin list` shows. Nothing is loaded.
public struct PluginListing: Sendable, CustomStringConvertible {
    /// What becomes of a plugin when the host starts.
    public enum State: Sendable, Equatable {
        /// It is loaded, as the one with this number, from 1.
        case enabled(Int)
        /// It cannot be loaded, and the host does not start.
        case refused
        /// It cannot be loaded, and the host starts without it.
        case skipped
        /// `plugins.conf` says `enabled = false`.
        case disabled
        /// It is on the search path, and `plugins.conf` does not name it.
        case available
    }

    /// A plugin.
    public struct Row: Sendable {
        /// Its id.
        public let id: String
        /// What becomes of it.
        public let state: State
        /// Its version; nil when its manifest cannot be read.
        public let version: String?
        /// The interfaces that it gets, or would get.
        public let grants: [String]
        /// What keeps it from being loaded.
        public let problems: [ConfigurationError]
    }

    /// The plugins: those that are loaded in the order of their start, then the others by id.
    public let rows: [Row]

    /// Whether the host would start as far as this can be told without loading anything.
    public var canStart: Bool { !rows.contains { $0.state == .refused } }

    /// Reads the manifests of all plugins that a `plugins.conf` names or finds.
    ///
    /// - Parameters:
    ///   - conf: which plugins.
    ///   - abi: the version of the frozen core that the host speaks.
    ///   - environment: the variables in which secrets are looked for.
    public init(_ conf: PluginsConf, abi: UInt32, environment: [String: String]) {
        var plugins: [String: PluginPlan.Plugin] = [:]
        var problems: [String: [ConfigurationError]] = [:]
        let enabled = conf.plugins.filter(\.enabled)
        for entry in enabled {
            do throws(ConfigurationErrors) {
                plugins[entry.id] = try PluginPlan.plugin(entry, conf, abi: abi, environment: environment)
            } catch {
                problems[entry.id] = error.errors
            }
        }
        // With everybody free to be left out, everybody's own trouble is found.
        let start = try? StartOrder(of: plugins.values.map(\.manifest), maySkip: Set(plugins.keys))
        for skipped in start?.skipped ?? [] { problems[skipped.id, default: []].append(skipped.reason) }
        let order = start?.order.map(\.id) ?? []
        func manifest(_ entry: PluginEntry) -> PluginManifest? { plugins[entry.id]?.manifest ?? (try? conf.manifest(of: entry)) }
        var loaded: [Row?] = Array(repeating: nil, count: order.count)
        var others: [Row] = []
        for entry in conf.plugins {
            let manifest = manifest(entry)
            let troubles = problems[entry.id] ?? []
            let position = order.firstIndex(of: entry.id)
            let state: State =
                if !entry.enabled { .disabled } else if let position { .enabled(position + 1) } else {
                    entry.onError == .skip ? .skipped : .refused
                }
            let grants = plugins[entry.id].map { $0.interfaces.sorted() } ?? entry.grants ?? manifest?.wants ?? []
            let row = Row(id: entry.id, state: state, version: manifest?.version, grants: grants, problems: troubles)
            if let position { loaded[position] = row } else { others.append(row) }
        }
        let known = Set(conf.plugins.map(\.id))
        for plugin in conf.available() where !known.contains(plugin.id) {
            do throws(ConfigurationErrors) {
                let manifest = try PluginManifest(contentsOf: FilePath.resolve("plugin.toml", in: plugin.folder))
                others.append(
                    Row(id: plugin.id, state: .available, version: manifest.version, grants: manifest.wants, problems: []))
            } catch {
                others.append(Row(id: plugin.id, state: .available, version: nil, grants: [], problems: error.errors))
            }
        }
        rows = loaded.compactMap { $0 } + others.sorted { $0.id < $1.id }
    }

    /// The list as an aligned table, problems below their plugin.
    public var description: String {
        let table = [["order", "plugin", "version", "state", "grants"]] + rows.map(\.cells)
        let widths = (0..<4).map { column in table.map { $0[column].count }.max() ?? 0 }
        var lines: [String] = []
        for (index, cells) in table.enumerated() {
            let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = (padded + cells.suffix(1)).joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            lines.append(line)
            if index > 0 { lines += rows[index - 1].problems.map { "       \($0)" } }
        }
        return lines.joined(separator: "\n")
    }
}

extension PluginListing.Row {
    fileprivate var cells: [String] {
        let (order, word) =
            switch state {
            case .enabled(let number): ("\(number)", "enabled")
            case .refused: ("-", "refused")
            case .skipped: ("-", "skipped")
            case .disabled: ("-", "disabled")
            case .available: ("-", "available")
            }
        return [order, id, version ?? "?", word, grants.joined(separator: " ")]
    }
}
