import HearthClient

/// Figures of the requests that plugins send to other servers.
enum ClientMetrics {
    /// In whose name they are.
    private static let owner = "hearth"

    /// Counts a request.
    static func record(_ observation: ClientObservation, in metrics: MetricsRegistry) {
        let place = [("plugin", observation.owner), ("host", observation.host)]
        _ = metrics.record(
            .counter, "client_requests_total", place + [("outcome", observation.outcome)], 1, owner: owner)
        _ = metrics.record(.histogram, "client_request_seconds", place, observation.duration / .seconds(1), owner: owner)
    }

    /// The origins that are left alone at the moment.
    static func circuits(_ client: OutboundClient) -> [MetricReading] {
        client.openCircuits.sorted { ($0.owner, $0.origin) < ($1.owner, $1.origin) }.map {
            MetricReading(.gauge, "hearth_client_circuit_open", [("plugin", $0.owner), ("origin", $0.origin)], 1)
        }
    }
}
