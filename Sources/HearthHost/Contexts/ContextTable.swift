import CHearth
import Synchronization

/// All contexts that are open, by handle.
///
/// A handle holds a slot and the slot's generation, so that a handle whose context is over never finds another one.
final class ContextTable: Sendable {
    private struct Slot {
        var generation: UInt32 = 1
        var context: CallContext?
    }

    private struct Shard {
        var slots: [Slot] = []
        var free: [Int] = []
    }

    private static let shardBits = 4
    private let shards: [ShardBox]
    private let next = Atomic<Int>(0)

    private final class ShardBox: Sendable {
        let shard = Mutex(Shard())
    }

    init() {
        shards = (0..<(1 << Self.shardBits)).map { _ in ShardBox() }
    }

    /// Opens a context: gives it its handle.
    func open(_ context: CallContext) {
        let number = next.add(1, ordering: .relaxed).newValue & ((1 << Self.shardBits) - 1)
        let handle = shards[number].shard.withLock { shard in
            let index: Int
            if let free = shard.free.popLast() {
                index = free
            } else {
                index = shard.slots.count
                shard.slots.append(Slot())
            }
            shard.slots[index].context = context
            return UInt64(shard.slots[index].generation) << 32 | UInt64(index) << UInt64(Self.shardBits) | UInt64(number)
        }
        context.handle = handle
    }

    /// The context of a handle; nil when it is over or never was.
    subscript(handle: hearth_context) -> CallContext? {
        let (number, index, generation) = Self.parts(handle)
        return shards[number].shard.withLock { shard in
            guard index < shard.slots.count, shard.slots[index].generation == generation else { return nil }
            return shard.slots[index].context
        }
    }

    /// Closes a context: its handle is stale from now on.
    ///
    /// - Returns: false when it was closed before
    @discardableResult
    func close(_ context: CallContext) -> Bool {
        let (number, index, generation) = Self.parts(context.handle)
        let isClosed = shards[number].shard.withLock { shard in
            guard index < shard.slots.count, shard.slots[index].generation == generation, shard.slots[index].context != nil
            else { return false }
            shard.slots[index].context = nil
            shard.slots[index].generation = generation == .max ? 1 : generation + 1
            shard.free.append(index)
            return true
        }
        if isClosed { context.end() }
        return isClosed
    }

    /// All open contexts, for the watch over deadlines and for the drain.
    var open: [CallContext] {
        shards.flatMap { box in box.shard.withLock { shard in shard.slots.compactMap(\.context) } }
    }

    private static func parts(_ handle: hearth_context) -> (shard: Int, index: Int, generation: UInt32) {
        (
            Int(handle & UInt64((1 << shardBits) - 1)), Int(handle >> UInt64(shardBits) & 0xFFF_FFFF),
            UInt32(truncatingIfNeeded: handle >> 32)
        )
    }
}
