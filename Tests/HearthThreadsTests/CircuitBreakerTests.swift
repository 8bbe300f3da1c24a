import HearthThreads
import Testing

@Suite struct CircuitBreakerTests {
    private let start = Deadline(uptimeNanoseconds: 0)

    @Test func `failures in a row open it, and a success between them does not count`() {
        var breaker = CircuitBreaker(threshold: 3, rest: .seconds(1))
        breaker.failed(start)
        breaker.failed(start)
        breaker.succeeded()
        breaker.failed(start)
        breaker.failed(start)
        #expect(breaker.state == .closed(failures: 2))
        breaker.failed(start)
        #expect(breaker.state == .open(until: start + .seconds(1)))
        let admits = breaker.admits(start + .milliseconds(999))
        #expect(!admits)
    }

    @Test func `after the rest one trial decides`() {
        var breaker = CircuitBreaker(threshold: 1, rest: .seconds(1))
        breaker.failed(start)
        let trial = breaker.admits(start + .seconds(1))
        let beside = breaker.admits(start + .seconds(1))
        #expect(trial && !beside)
        breaker.failed(start + .seconds(2))
        #expect(breaker.state == .open(until: start + .seconds(3)))
        let again = breaker.admits(start + .seconds(3))
        breaker.succeeded()
        #expect(again && breaker.state == .closed(failures: 0))
    }

    @Test func `what comes late changes nothing while it is open`() {
        var breaker = CircuitBreaker(threshold: 1, rest: .seconds(1))
        breaker.failed(start)
        breaker.succeeded()
        breaker.failed(start + .milliseconds(500))
        #expect(breaker.state == .open(until: start + .seconds(1)))
    }
}
