import Foundation
import Glibc
import Spawning
import Synchronization

/// A process that a test has started.
///
/// Not Foundation's `Process`: to find the descriptors that a child must not inherit, that one copies entries of `/proc/self/fd` from
/// beyond the end of a buffer, and crashes now and then in a test process that has a thousand of them.
public final class SpawnedProcess: Sendable {
    /// The system could not start it.
    public struct Failure: Error, CustomStringConvertible {
        /// Which program, and why.
        public let description: String
    }

    private struct State {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    /// Its number.
    public let id: pid_t
    private let state = Mutex(State())

    /// Starts a program. It inherits no descriptor.
    ///
    /// - Parameters:
    ///   - path: the program
    ///   - arguments: behind its name
    ///   - environment: all of its variables; nil for those of this process
    ///   - folder: where it works; nil for where this process does
    ///   - input: the file that is its standard input
    ///   - output: the file to which its standard output is added
    ///   - errors: likewise its standard error
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil, in folder: String? = nil,
        input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null"
    ) throws {
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables =
            (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let code = spawn_program(&id, folder, input, output, errors, words, variables)
        guard code == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(code)))") }
        self.id = id
        Thread.detachNewThread { self.reap() }
    }

    private func reap() {
        var info = siginfo_t()
        // Its number is its own until it is reaped, behind the lock: no signal can reach another process that is given it.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let (status, waiting) = state.withLock { state -> (Int32, [CheckedContinuation<Int32, Never>]) in
            var raw: Int32 = 0
            waitpid(id, &raw, 0)
            let status = raw & 0x7f == 0 ? raw >> 8 & 0xff : -(raw & 0x7f)
            defer { state.waiting = [] }
            state.status = status
            return (status, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { state.withLock { $0.status == nil } }

    /// Its exit status, or the number of the signal that ended it, negated; waits for its end.
    public var status: Int32 {
        get async {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state in
                    if state.status == nil { state.waiting.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }
    }

    /// As ``status``, for callers that cannot await: blocks the thread.
    public func waitUntilExit() -> Int32 {
        while true {
            if let status = state.withLock({ $0.status }) { return status }
            usleep(5_000)
        }
    }

    /// Sends it a signal, if it has not ended.
    public func signal(_ number: Int32) {
        state.withLock { state in if state.status == nil { _ = kill(id, number) } }
    }
}
