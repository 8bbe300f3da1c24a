import DequeModule
import HearthThreads

/// The keys of a part of the in-process cache, in the order in which they make room: a second chance for what was used since
/// the hand passed by, as in the CLOCK algorithm.
struct LocalStore: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// A counted limit: what was taken in the window.
        case taken(Int64)
    }

    private struct Entry {
        var content: Content
        var end: Deadline?
        var isUsed = false
        var cost: Int
    }

    /// What an entry takes beside its key and value, roughly.
    private static let overhead = 128

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var hand: Deque<String> = []
    private var size = 0

    init(capacity: Int) { self.capacity = capacity }

    private mutating func find(_ key: String, _ now: Deadline) -> Entry? {
        guard let entry = entries[key] else { return nil }
        if let end = entry.end, end <= now {
            drop(key)
            return nil
        }
        if !entry.isUsed { entries[key]?.isUsed = true }
        return entry
    }

    private mutating func drop(_ key: String) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        size -= entry.cost
        // Its place in the hand is left: it is passed over when its turn comes.
    }

    mutating func bytes(_ key: String, _ now: Deadline) -> [UInt8]? {
        guard case .bytes(let bytes)? = find(key, now)?.content else { return nil }
        return bytes
    }

    mutating func set(_ key: String, _ content: Content, until end: Deadline?, _ now: Deadline) {
        var cost = Self.overhead + 2 * key.utf8.count
        if case .bytes(let bytes) = content { cost += bytes.count }
        // One value must not drive all others out.
        guard cost <= capacity / 2 else { return drop(key) }
        let old = entries[key]
        if let old { size -= old.cost } else { hand.append(key) }
        entries[key] = Entry(content: content, end: end, isUsed: old != nil, cost: cost)
        size += cost
        makeRoom(now)
    }

    /// - Returns: whether it was there
    mutating func remove(_ key: String, _ now: Deadline) -> Bool {
        guard find(key, now) != nil else { return false }
        drop(key)
        return true
    }

    mutating func remove(prefix: String, _ now: Deadline) -> Int {
        let keys = entries.filter { $0.key.hasPrefix(prefix) }
        for key in keys.keys { drop(key) }
        return keys.values.count { $0.end.map { $0 > now } ?? true }
    }

    mutating func increment(
        _ key: String, by amount: Int64, ttl: Duration?, _ now: Deadline
    ) -> Result<Int64, CacheError> {
        guard let entry = find(key, now) else {
            set(key, .bytes(Array("\(amount)".utf8)), until: ttl.map { now + $0 }, now)
            return .success(amount)
        }
        guard case .bytes(let bytes) = entry.content, let number = Int64(String(decoding: bytes, as: UTF8.self)) else {
            return .failure(CacheError(.wrongType, "the value is no number"))
        }
        let (sum, overflow) = number.addingReportingOverflow(amount)
        guard !overflow else { return .failure(CacheError(.wrongType, "the number would have more than 64 bits")) }
        set(key, .bytes(Array("\(sum)".utf8)), until: entry.end, now)
        return .success(sum)
    }

    mutating func take(
        _ key: String, limit: Int64, window: Duration, cost: Int64, _ now: Deadline
    ) -> Result<Allowance, CacheError> {
        var taken: Int64 = 0
        var end = now + window
        if let entry = find(key, now) {
            guard case .taken(let number) = entry.content, let entryEnd = entry.end else {
                return .failure(CacheError(.wrongType, "the value is no limit"))
            }
            (taken, end) = (number, entryEnd)
        }
        let isAllowed = cost <= limit - taken
        if isAllowed {
            taken += cost
            if entries[key] == nil {
                set(key, .taken(taken), until: end, now)
            } else {
                entries[key]?.content = .taken(taken)
            }
        }
        let reset = taken == 0 ? Duration.zero : .nanoseconds(Int64(end.uptimeNanoseconds - now.uptimeNanoseconds))
        return .success(Allowance(isAllowed: isAllowed, remaining: max(0, limit - taken), reset: reset))
    }

    private mutating func makeRoom(_ now: Deadline) {
        while size > capacity || hand.count > 2 * entries.count + 64, let key = hand.popFirst() {
            guard let entry = entries[key] else { continue }
            let isOver = entry.end.map { $0 <= now } ?? false
            // A counter in the middle of its window stays as long as anything else can go.
            if !isOver, entry.isUsed || size <= capacity {
                entries[key]?.isUsed = false
                hand.append(key)
                if size <= capacity { return }
            } else {
                drop(key)
            }
        }
    }
}
