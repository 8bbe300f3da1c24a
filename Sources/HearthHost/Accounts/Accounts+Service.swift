import HearthDatabase
import Logging
public import ServiceLifecycle

extension Accounts: Service {
    private static let interval = Duration.milliseconds(500)
    private static let pollsBetweenPrunings = 1_200

    /// While the host serves: forgets tokens that other hosts on the same database revoked or whose owner they changed, within
    /// a second, and removes revocations that have become pointless.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var watch = ChangeWatch()
            var polls = 0
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await self.poll(&watch)
                    if polls % Self.pollsBetweenPrunings == 0 { try await self.revocations.prune(before: self.clock.now) }
                    polls += 1
                    isFailing = false
                } catch {
                    if !isFailing, !Task.isCancelled {
                        self.logger.warning("cannot ask the database for revoked tokens", metadata: ["error": "\(error)"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Asks once.
    func poll(_ watch: inout ChangeWatch) async throws(DatabaseError) {
        let news = watch.news(in: try await revocations.changes(since: watch.start(at: clock.now)))
        guard !news.isEmpty else { return }
        cache.drop { news.contains($0.id) || news.contains($0.user) }
        changed(news)
    }
}
