import CHearth

/// The plugin's numbers and state for the operator. Names are prefixed with the plugin's id by the host.
///
/// A name or label that the host refuses is dropped: numbers never make a request fail.
public struct Metrics: Sendable {
    let runtime: PluginRuntime

    /// Adds to a counter.
    ///
    /// - Parameters:
    ///   - name: Letters, digits, underscores: `greetings_total`.
    ///   - amount: Not negative.
    ///   - labels: Names and values; keep the number of different values small.
    public func count(_ name: String, by amount: Double = 1, _ labels: KeyValuePairs<String, String> = [:]) {
        send(1, name, amount, labels)
    }

    /// Replaces the last value of a gauge.
    public func set(_ name: String, to value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        send(2, name, value, labels)
    }

    /// Adds an observation to a histogram, such as a duration in seconds.
    public func observe(_ name: String, _ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        send(3, name, value, labels)
    }

    /// States how well a component is, for `GET /api/health/detailed`. The last statement counts.
    ///
    /// - Parameters:
    ///   - component: Such as `upstream`.
    ///   - health: An unhealthy component makes the whole host unhealthy.
    ///   - detail: For the operator.
    public func setHealth(of component: String, _ health: Health, _ detail: String = "") {
        component.lending { component in
            detail.lending { _ = runtime.core.pointee.set_health(runtime.host, component, health.rawValue, $0) }
        }
    }

    private func send(_ kind: hearth_metric_kind, _ name: String, _ value: Double, _ labels: KeyValuePairs<String, String>) {
        Pairs.lend(labels.map { (name: $0.key, value: $0.value) }) { labels in
            name.lending {
                _ = runtime.core.pointee.metric(runtime.host, kind, $0, labels.baseAddress, UInt64(labels.count), value)
            }
        }
    }
}

/// How well a component is.
public enum Health: hearth_health, Sendable {
    /// Does not work.
    case unhealthy = 0
    /// Works.
    case healthy = 1
    /// Works in part.
    case degraded = 2
    /// Is switched off.
    case disabled = 3
}

extension Context {
    /// The plugin's numbers for the operator.
    public var metrics: Metrics { Metrics(runtime: runtime) }
}
