import HTTPTypes
import HearthHTTP
import NIOCore

/// `GET /api/metrics` in the text format of Prometheus. For administrators: what a host does is nobody else's business.
enum MetricsRoutes {
    static func routes(_ registry: MetricsRegistry) -> [Route] {
        [
            Route(
                method: .get, paths: ["/metrics"], access: .admin, limit: .none,
                operation: """
                    {"summary": "Metrics of the host and its plugins", "tags": ["health"],
                     "responses": {"200": {"description": "Text format 0.0.4 of Prometheus", "content": {"text/plain": {}}}}}
                    """,
                handler: HostHandler { _ in
                    ServerResponse(
                        headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                        body: .bytes(ByteBuffer(string: registry.text)))
                })
        ]
    }
}
