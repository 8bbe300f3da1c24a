import CCurl
import Glibc
import HearthThreads

/// A mail on its way over a connection: gives the bytes and hears the answers.
final class SMTPTransfer {
    private let bytes: [UInt8]
    private var position = 0
    private let handingOver: @Sendable () async -> Bool
    private var lines: [String] = []
    /// The server has everything but the last byte, and will get that.
    private(set) var isHandedOver = false
    /// The mail was not to be handed over.
    private(set) var isBarred = false

    init(_ bytes: [UInt8], _ handingOver: @escaping @Sendable () async -> Bool) {
        self.bytes = bytes
        self.handingOver = handingOver
    }

    /// Gives the next bytes. After the last ones the mail is ended by libcurl, and not before.
    func read(into buffer: UnsafeMutablePointer<CChar>, _ limit: Int) -> Int {
        let count = min(limit, bytes.count - position)
        if count > 0 {
            bytes.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
            }
            position += count
            return count
        }
        guard !isHandedOver else { return 0 }
        guard mayHandOver() else {
            isBarred = true
            return Int(CURL_READFUNC_ABORT)
        }
        isHandedOver = true
        // What comes from now on is the answer to the mail.
        lines = []
        return 0
    }

    /// Takes a line from the server.
    func heard(_ line: String) {
        // It says goodbye whatever has happened before.
        if line.hasPrefix("221") { return }
        // Only the last answer counts: its lines but the last one have a hyphen behind the code.
        if let last = lines.last, last.dropFirst(3).first != "-" { lines = [] }
        lines.append(line)
        if lines.count > 20 { lines.removeFirst() }
    }

    /// The code of the server's last answer; 0 for none.
    var code: Int { lines.last.flatMap { Int($0.prefix(3)) } ?? 0 }

    /// The server's last answer.
    var answer: String {
        lines.flatMap { $0.unicodeScalars.split { $0.properties.generalCategory == .control } }
            .map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    }

    /// Asks, and waits for the answer: this thread is there to be blocked.
    private func mayHandOver() -> Bool {
        let answer = Answer()
        let handingOver = handingOver
        Task { answer.give(await handingOver()) }
        return answer.wait()
    }

    /// `@unchecked Sendable`: the value is behind the monitor.
    private final class Answer: @unchecked Sendable {
        private let monitor = Monitor()
        private var value: Bool?

        func give(_ value: Bool) {
            monitor.withLock {
                self.value = value
                monitor.broadcast()
            }
        }

        func wait() -> Bool {
            monitor.withLock {
                while true {
                    if let value { return value }
                    monitor.wait()
                }
            }
        }
    }
}
