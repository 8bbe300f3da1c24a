import Synchronization

/// How well a component is; the values of `core.h`.
enum ComponentHealth: UInt32, Sendable {
    case unhealthy = 0
    case healthy = 1
    case degraded = 2
    case disabled = 3

    /// The word of the answer.
    var text: String { ["unhealthy", "healthy", "degraded", "disabled"][Int(rawValue)] }
}

/// What the components of plugins say about themselves. Nobody is asked, so a health check never waits for a plugin.
final class HealthBoard: Sendable {
    private let components = Mutex<[String: (health: ComponentHealth, detail: String)]>([:])

    /// Notes how well a component is.
    func set(_ component: String, _ health: ComponentHealth, _ detail: String) {
        components.withLock { $0[component] = (health, detail) }
    }

    /// All components by name.
    var all: [(name: String, health: ComponentHealth, detail: String)] {
        components.withLock { $0 }.map { ($0.key, $0.value.health, $0.value.detail) }.sorted { $0.name < $1.name }
    }
}
