import HearthDatabase
import Synchronization

/// Remembers whom verified tokens belong to, so that a request costs one look-up and no cryptography.
///
/// Bounded: what was not used lately makes room. Divided into parts with a lock each, so that threads rarely meet.
final class TokenCache<Owner: Sendable>: Sendable {
    /// What is known of a token.
    struct Entry: Sendable {
        let owner: Owner
        let token: AccessToken
    }

    /// A state of the cache; see ``insert(_:for:since:)``.
    struct Moment: Sendable, Equatable {
        fileprivate let drops: Int
    }

    private struct Slot {
        let key: String
        let entry: Entry
        /// Set by each use, cleared when the hand passes by: a slot is given up when the hand finds it cleared.
        var isUsed: Bool
    }

    private struct Part {
        var positions: [String: Int] = [:]
        var slots: [Slot] = []
        var hand = 0
    }

    /// A lock that can stand in an array.
    private final class Guarded: Sendable {
        let part = Mutex(Part())
    }

    private let parts: [Guarded]
    private let slotsPerPart: Int
    private let drops = Atomic<Int>(0)

    /// Makes an empty cache.
    ///
    /// - Parameter capacity: How many tokens it remembers at most, to the next multiple of 16.
    init(capacity: Int = 16_384) {
        parts = (0..<16).map { _ in Guarded() }
        slotsPerPart = max(1, (capacity + 15) / 16)
    }

    /// How many tokens it remembers.
    var count: Int { parts.reduce(0) { $0 + $1.part.withLock { $0.slots.count } } }

    /// What is known under a key.
    func entry(for key: String) -> Entry? {
        guarded(key).part.withLock { part in
            guard let position = part.positions[key] else { return nil }
            part.slots[position].isUsed = true
            return part.slots[position].entry
        }
    }

    /// To be taken before asking the database about a token.
    var moment: Moment { Moment(drops: drops.load(ordering: .sequentiallyConsistent)) }

    /// Remembers a token, unless anything was dropped since the moment: what the database said may be outdated then.
    func insert(_ entry: Entry, for key: String, since moment: Moment) {
        guarded(key).part.withLock { part in
            // Inside the lock: a drop counts first and then takes each lock, so it either is seen here or finds the entry.
            guard self.moment == moment else { return }
            let slot = Slot(key: key, entry: entry, isUsed: false)
            if let position = part.positions[key] {
                part.slots[position] = slot
            } else if part.slots.count < slotsPerPart {
                part.positions[key] = part.slots.count
                part.slots.append(slot)
            } else {
                while part.slots[part.hand].isUsed {
                    part.slots[part.hand].isUsed = false
                    part.hand = (part.hand + 1) % slotsPerPart
                }
                part.positions[part.slots[part.hand].key] = nil
                part.positions[key] = part.hand
                part.slots[part.hand] = slot
                part.hand = (part.hand + 1) % slotsPerPart
            }
        }
    }

    /// Forgets the tokens that a question is answered yes for.
    func drop(where isDropped: (AccessToken) -> Bool) {
        drops.add(1, ordering: .sequentiallyConsistent)
        for guarded in parts {
            guarded.part.withLock { part in
                for position in part.slots.indices.reversed() where isDropped(part.slots[position].entry.token) {
                    part.positions[part.slots[position].key] = nil
                    let last = part.slots.removeLast()
                    if position < part.slots.count {
                        part.slots[position] = last
                        part.positions[last.key] = position
                    }
                }
                if part.hand >= part.slots.count { part.hand = 0 }
            }
        }
    }

    /// The last character but one of a token is six random bits of its signature: no need to hash the whole text twice.
    private func guarded(_ key: String) -> Guarded {
        parts[Int(key.utf8.dropLast().last ?? 0) & 15]
    }
}
