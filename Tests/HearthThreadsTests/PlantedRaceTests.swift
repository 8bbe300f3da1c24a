import Glibc
import HearthThreads
import Testing

/// Shows that the thread sanitizer sees what happens in tests: `scripts/sanitize` runs this one and wants a report.
@Suite struct PlantedRaceTests {
    /// Not sendable at all, which is the point.
    private final class Shared: @unchecked Sendable {
        var number = 0
    }

    @Test(.enabled(if: getenv("HEARTH_PLANTED_RACE") != nil))
    func `two threads change a number without a lock`() async {
        let shared = Shared()
        await withTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread("racer") {
                            for _ in 0..<10_000 { shared.number += 1 }
                            continuation.resume()
                        }.start()
                    }
                }
            }
        }
        #expect(shared.number > 0)
    }
}
