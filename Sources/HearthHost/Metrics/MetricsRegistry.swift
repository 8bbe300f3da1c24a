import CHearth
import Synchronization

/// Kinds of metrics; the values of `core.h`.
enum MetricKind: UInt32, Sendable {
    case counter = 1
    case gauge = 2
    case histogram = 3
}

/// A figure of the host that is read when somebody asks for the metrics.
struct MetricReading: Sendable {
    let kind: MetricKind
    let name: String
    let labels: [(String, String)]
    let value: Double

    /// - Parameters:
    ///   - kind: a counter or a gauge
    ///   - name: its whole name
    ///   - labels: names and values
    ///   - value: what it is now
    init(_ kind: MetricKind, _ name: String, _ labels: [(String, String)], _ value: Int) {
        self.kind = kind
        self.name = name
        self.labels = labels
        self.value = Double(value)
    }
}

/// All metrics of the process, for `GET /api/metrics` in the text format of Prometheus (version 0.0.4).
final class MetricsRegistry: Sendable {
    private struct Family {
        let kind: MetricKind
        let owner: String
        var series: [String: Series] = [:]
    }

    private struct Series {
        var value = 0.0
        var count = 0
        var buckets = [Int](repeating: 0, count: MetricsRegistry.bounds.count)

        mutating func add(_ kind: MetricKind, _ observation: Double) {
            switch kind {
            case .counter: value += observation
            case .gauge: value = observation
            case .histogram:
                value += observation
                count += 1
                for (index, bound) in MetricsRegistry.bounds.enumerated() where observation <= bound { buckets[index] += 1 }
            }
        }
    }

    /// Upper bounds of a histogram's buckets: seconds, as Prometheus clients have them by default.
    private static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// How many different series one owner may have.
    private static let seriesLimit = 1000

    private struct State {
        var families: [String: Family] = [:]
        var seriesCount: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let sources = Mutex<[@Sendable () -> [MetricReading]]>([])

    /// Adds figures that are read when somebody asks.
    func collect(_ source: @escaping @Sendable () -> [MetricReading]) {
        sources.withLock { $0.append(source) }
    }

    /// Adds an observation; see `hearth_core.metric`.
    func record(_ kind: MetricKind, _ name: String, _ labels: [(String, String)], _ value: Double, owner: String) -> hearth_status
    {
        guard Self.isName(name), labels.allSatisfy({ Self.isName($0.0) }), value.isFinite, kind != .counter || value >= 0
        else { return Status.invalid }
        let fullName = owner.map { $0 == "-" ? "_" : "\($0)" }.joined() + "_" + name
        let key = Self.text(of: labels)
        return state.withLock { state in
            guard state.families[fullName].map({ $0.kind == kind }) ?? true else { return Status.conflict }
            if state.families[fullName]?.series[key] == nil {
                guard state.seriesCount[owner, default: 0] < Self.seriesLimit else { return Status.tooLarge }
                state.seriesCount[owner, default: 0] += 1
            }
            // In place: a copy of the family would copy all its series.
            state.families[fullName, default: Family(kind: kind, owner: owner)].series[key, default: Series()].add(kind, value)
            return Status.ok
        }
    }

    /// All metrics as text.
    var text: String {
        let families = state.withLock { $0.families }
        var text = ""
        var last = ""
        for reading in sources.withLock({ $0 }).flatMap({ $0() }) {
            if reading.name != last { text += "# TYPE \(reading.name) \(reading.kind)\n" }
            last = reading.name
            text += "\(reading.name)\(Self.braced(Self.text(of: reading.labels))) \(reading.value)\n"
        }
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            let type = ["", "counter", "gauge", "histogram"][Int(family.kind.rawValue)]
            text += "# TYPE \(name) \(type)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                guard family.kind == .histogram else {
                    text += "\(name)\(Self.braced(labels)) \(series.value)\n"
                    continue
                }
                for (bound, count) in zip(Self.bounds, series.buckets) {
                    text += "\(name)_bucket\(Self.braced(labels, "le=\"\(bound)\"")) \(count)\n"
                }
                text += "\(name)_bucket\(Self.braced(labels, "le=\"+Inf\"")) \(series.count)\n"
                text += "\(name)_sum\(Self.braced(labels)) \(series.value)\n\(name)_count\(Self.braced(labels)) \(series.count)\n"
            }
        }
        return text
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isLetterOrDigit || first == UInt8(ascii: "_"), name.utf8.count <= 100 else {
            return false
        }
        return !(0x30...0x39).contains(first) && name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
    }

    private static func text(of labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }.map { name, value in
            let escaped = value.map { character in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: "\(character)"
                }
            }.joined()
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }

    private static func braced(_ labels: String, _ more: String = "") -> String {
        let all = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }
}
