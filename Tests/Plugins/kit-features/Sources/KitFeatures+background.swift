import HearthKit
import Synchronization

/// What timers and background work have done so far.
final class Background: Sendable {
    private let counts = Mutex((ticks: 0, bells: 0, works: 0))
    private let timer = Mutex<PluginTimer?>(nil)

    /// Begins with the plugin: a tick every thirty seconds.
    func start(_ context: Context) throws {
        let timer = try context.every(.seconds(30), "tick") { _ in self.counts.withLock { $0.ticks += 1 } }
        self.timer.withLock { $0 = timer }
    }

    /// Adds routes that begin work and count it.
    func add(to routes: Routes) {
        routes.route(.get, "/kit-features/background", "Count") { _ in
            let counts = self.counts.withLock { $0 }
            return Works(ticks: counts.ticks, bells: counts.bells, works: counts.works)
        }
        routes.route(.post, "/kit-features/background", "Go on after the answer", status: 202) { request in
            try request.context.background("work") { context in
                // The request is over by now or soon: this context is one of its own.
                let isAlone = try context.info().actor == nil
                self.counts.withLock { $0.works += isAlone ? 1 : 0 }
                try await Task.sleep(for: .seconds(3600))
            }
            try request.context.after(.seconds(5), "bell") { _ in
                self.counts.withLock { $0.bells += 1 }
                throw Failure(500, "the bell is broken")
            }
            return Nothing()
        }
        routes.route(.delete, "/kit-features/background", "Stop ticking", status: 204) { _ in
            self.timer.withLock { $0 }?.cancel()
            return Nothing()
        }
    }
}

/// How often something was done.
struct Works: Output {
    let ticks: Int
    let bells: Int
    let works: Int

    static let schema = Schema<Works>("Works") {
        Field("ticks") { $0.ticks }
        Field("bells") { $0.bells }
        Field("works") { $0.works }
    }
}
