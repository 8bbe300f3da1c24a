import HearthThreads

/// The logs and sets of the in-process cache, which are gone a while after their last use.
struct LocalLogs: Sendable {
    private struct Log {
        var epoch: String
        var number: Int64 = 0
        var messages: [[UInt8]] = []
        var end: Deadline
    }

    private var logs: [String: Log] = [:]
    private var sets: [String: [String: Deadline]] = [:]
    /// With more than this many of them, those whose time is over are looked for.
    private var sweepsAt = 1_024

    private mutating func log(_ name: String, _ ttl: Duration, _ now: Deadline) -> Log {
        var log = logs[name] ?? Log(epoch: Self.epoch(), end: now)
        if logs[name] != nil, log.end <= now { log = Log(epoch: Self.epoch(), end: now) }
        log.end = now + ttl
        return log
    }

    /// Distinguishes a log from all those that had its name before.
    static func epoch() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }

    mutating func append(_ name: String, _ message: [UInt8], keeping: Int, _ ttl: Duration, _ now: Deadline) -> LogEntry {
        sweep(now)
        var log = log(name, ttl, now)
        log.number += 1
        log.messages.append(message)
        if log.messages.count > keeping { log.messages.removeFirst(log.messages.count - keeping) }
        logs[name] = log
        return LogEntry(position: LogPosition(epoch: log.epoch, number: log.number), message: message)
    }

    mutating func read(_ name: String, after number: Int64, _ ttl: Duration, _ now: Deadline) -> LogEntries {
        sweep(now)
        let log = log(name, ttl, now)
        logs[name] = log
        let wanted = Int(clamping: max(0, log.number - number))
        return LogEntries(
            end: LogPosition(epoch: log.epoch, number: log.number), messages: Array(log.messages.suffix(wanted)))
    }

    mutating func join(_ set: String, _ member: String, _ ttl: Duration, _ now: Deadline) {
        sweep(now)
        sets[set, default: [:]][member] = now + ttl
    }

    mutating func leave(_ set: String, _ member: String) {
        sets[set]?[member] = nil
        if sets[set]?.isEmpty == true { sets[set] = nil }
    }

    mutating func members(_ set: String, _ now: Deadline) -> [String] {
        sets[set].map { $0.filter { $0.value > now }.map(\.key) } ?? []
    }

    private mutating func sweep(_ now: Deadline) {
        guard logs.count + sets.count > sweepsAt else { return }
        logs = logs.filter { $0.value.end > now }
        sets = sets.compactMapValues { members in
            let present = members.filter { $0.value > now }
            return present.isEmpty ? nil : present
        }
        sweepsAt = max(1_024, 2 * (logs.count + sets.count))
    }
}
