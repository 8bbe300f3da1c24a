import Glibc
import HearthThreads
import Synchronization
import Testing

@Suite struct EventLoopTests {
    @Test func `work runs in the order in which it was handed over, on the loop's thread`() async throws {
        let loop = try EventLoop(name: "test")
        let order = Mutex<[Int]>([])
        let isOnLoop = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            for index in 0..<100 { loop.execute { order.withLock { $0.append(index) } } }
            loop.execute { continuation.resume(returning: loop.isCurrent) }
        }
        let seen = order.withLock { $0 }
        #expect(isOnLoop)
        #expect(!loop.isCurrent)
        #expect(seen == Array(0..<100))
        loop.stop()
    }

    @Test func `what is put off to the end of a turn comes after all work of the turn`() async throws {
        let loop = try EventLoop(name: "test")
        let order = Mutex<[String]>([])
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                // Both are there when the turn begins.
                for name in ["first", "second"] {
                    loop.execute {
                        order.withLock { $0.append(name) }
                        EventLoop.current?.atEndOfTurn {
                            order.withLock { $0.append("after " + name) }
                            if name == "second" { continuation.resume() }
                        }
                    }
                }
            }
        }
        let seen = order.withLock { $0 }
        #expect(seen == ["first", "second", "after first", "after second"])
        #expect(EventLoop.current == nil)
        loop.stop()
    }

    @Test func `timers fire in the order of their moments, and cancelled ones not at all`() async throws {
        let loop = try EventLoop(name: "test")
        let order = Mutex<[Int]>([])
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                let now = Deadline.now
                loop.schedule(at: now + .milliseconds(30)) {
                    order.withLock { $0.append(3) }
                    continuation.resume()
                }
                loop.schedule(at: now + .milliseconds(10)) { order.withLock { $0.append(1) } }
                let cancelled = loop.schedule(at: now + .milliseconds(15)) { order.withLock { $0.append(9) } }
                loop.schedule(at: now + .milliseconds(20)) { order.withLock { $0.append(2) } }
                cancelled.cancel()
            }
        }
        let seen = order.withLock { $0 }
        #expect(seen == [1, 2, 3])
        loop.stop()
    }

    @Test func `a socket is reported when it can be read, and not after its watch was cancelled`() async throws {
        let loop = try EventLoop(name: "test")
        var descriptors: [Int32] = [0, 0]
        try #require(pipe(&descriptors) == 0)
        let (reader, writer) = (descriptors[0], descriptors[1])
        let calls = Mutex(0)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                var watch: EventLoop.Watch?
                watch = loop.watch(reader, for: .read) { readiness in
                    calls.withLock { $0 += readiness == .read ? 1 : 100 }
                    // Nothing was read: without the cancellation the next turn would report it again.
                    watch?.cancel()
                    watch = nil
                    loop.schedule(at: .after(.milliseconds(20))) { continuation.resume() }
                }
                loop.schedule(at: .after(.milliseconds(5))) { write(writer, "x", 1) }
            }
        }
        let count = calls.withLock { $0 }
        #expect(count == 1)
        loop.stop()
        close(reader)
        close(writer)
    }
}
