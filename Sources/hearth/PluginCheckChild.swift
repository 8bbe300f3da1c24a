import Foundation
import HearthHost
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The child process in which a plugin is checked, as its parent sees it.
struct PluginCheckChild {
    /// How long a check may take, in seconds.
    private static let limit = 45

    private let process = Process()
    private let pipe = Pipe()
    private let workFolder: String

    /// - Parameter arguments: those of the command, without the child's own
    /// - Throws: when there is no place for the throw-away data
    init(arguments: [String]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        workFolder = folder.path
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--in-child", workFolder]
        var variables = ProcessInfo.processInfo.environment
        // A crash is told in one line; who wants the trace asks for it.
        if variables["SWIFT_BACKTRACE"] == nil { variables["SWIFT_BACKTRACE"] = "enable=no" }
        process.environment = variables
        process.standardOutput = pipe
    }

    /// Runs the check.
    ///
    /// - Parameter tell: is told verdict, rule and text of each line of the report
    /// - Returns: whether no rule is broken
    func run(_ tell: (_ verdict: String, _ rule: String, _ text: String) -> Void) -> Bool {
        defer { try? FileManager.default.removeItem(atPath: workFolder) }
        do { try process.run() } catch {
            tell("FAIL", "process", "the child process cannot be started: \(error.localizedDescription)")
            return false
        }
        let isLate = Flag()
        let id = process.processIdentifier
        let alarm = DispatchWorkItem {
            isLate.set()
            kill(id, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.limit), execute: alarm)
        let (step, isClean) = read(tell)
        process.waitUntilExit()
        alarm.cancel()
        guard process.terminationReason == .uncaughtSignal else {
            if process.terminationStatus > 1 {
                tell("FAIL", "process", "ended with status \(process.terminationStatus) during: \(step)")
            } else if process.terminationStatus == 1, isClean {
                tell("FAIL", "process", "ended early during: \(step)")
            }
            return isClean && process.terminationStatus == 0
        }
        if isLate.isSet {
            tell("FAIL", "time", "not done after \(Self.limit) s; stopped during: \(step)")
        } else {
            tell("FAIL", "crash", "\(Self.name(of: process.terminationStatus)) during: \(step)")
        }
        return false
    }

    /// Reads the report until the child has ended.
    private func read(_ tell: (String, String, String) -> Void) -> (step: String, isClean: Bool) {
        var step = "the start of the process"
        var isClean = true
        var rest: [UInt8] = []
        while true {
            let bytes = pipe.fileHandleForReading.availableData
            if bytes.isEmpty { return (step, isClean) }
            rest += bytes
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 1)
                switch CheckLine(parsing: line) {
                case .step(let what): step = what
                case .passed(let rule, let text): tell("ok", rule, text)
                case .failed(let rule, let text):
                    isClean = false
                    tell("FAIL", rule, text)
                case nil: break
                }
            }
        }
    }

    private static func name(of signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV (segmentation fault)", SIGABRT: "SIGABRT (abort)",
            SIGILL: "SIGILL (illegal instruction: a Swift trap)",
            SIGTRAP: "SIGTRAP (a Swift trap)", SIGBUS: "SIGBUS (bus error)", SIGFPE: "SIGFPE (arithmetic error)",
            SIGKILL: "SIGKILL (killed)", SIGTERM: "SIGTERM (terminated)", SIGPIPE: "SIGPIPE (broken pipe)",
        ]
        return names[signal] ?? "signal \(signal)"
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }
}
