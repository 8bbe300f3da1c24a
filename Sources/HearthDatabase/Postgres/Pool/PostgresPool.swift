import HearthThreads

/// Which call goes to which connection, and which connections there are. Events in, actions out; no I/O and no clock.
struct PostgresPool {
    /// What is to be done.
    enum Action {
        case open(Int)
        case close(Int)
        /// Sends calls as one unit: several only when all are plain reads.
        case send([PostgresCall], Int)
        /// Hands a connection over to a transaction.
        case lease(PostgresCall, Int)
        case fail(PostgresCall, DatabaseError)
        /// Finds out whether an idle connection is alive.
        case probe(Int)
    }

    let limits: PostgresPoolLimits
    var slots: [PostgresSlot] = []
    var plain = PostgresWaiting()
    var begins = PostgresWaiting()
    private var lastSequence: UInt64 = 0
    /// Up to which number it was counted whether calls had to wait.
    private var lastCounted: UInt64 = 0
    private var lastIdentity = 0
    private var random: PostgresJitter
    var isClosing = false

    /// How often connecting has failed since it last worked.
    private var failures = 0
    private var nextOpening = Deadline(uptimeNanoseconds: 0)
    var trouble: String?
    var waits = 0
    var opened = 0
    var lost = 0

    /// When `tick` is to be called next.
    var nextTick = Deadline(uptimeNanoseconds: .max)

    init(limits: PostgresPoolLimits, seed: UInt64) {
        self.limits = limits
        random = PostgresJitter(state: seed)
    }

    // MARK: Calls

    /// Takes a new call.
    mutating func add(_ call: PostgresCall, now: Deadline) {
        lastSequence += 1
        call.sequence = lastSequence
        let limit = now + limits.waiting
        call.waitingLimit = call.deadline.map { min($0, limit) } ?? limit
        remind(call.waitingLimit)
        if call.isBegin { begins.append(call) } else { plain.append(call) }
    }

    /// Takes a call again that was sent and took no effect.
    mutating func putBack(_ call: PostgresCall, now: Deadline) {
        let limit = now + limits.waiting
        call.waitingLimit = call.deadline.map { min($0, limit) } ?? limit
        remind(call.waitingLimit)
        if call.isBegin { begins.putBack(call) } else { plain.putBack(call) }
    }

    /// How many calls wait.
    var waiting: Int { plain.count + begins.count }

    /// Gives calls that wait to connections that can take them, in their order, and opens connections that are missing.
    mutating func dispatch(now: Deadline, _ actions: inout [Action]) {
        while true {
            let call = plain.peek()
            let begin = begins.peek()
            guard call != nil || begin != nil else { break }
            let place = call == nil ? nil : indexForCall(now)
            let lease = begin == nil ? nil : indexForLease()
            if let begin, let lease, place == nil || begin.sequence < (call?.sequence ?? .max) {
                begins.removeFirst()
                reserve(begin, lease, &actions)
            } else if let place {
                send(place, now, &actions)
            } else {
                break
            }
        }
        let fresh = min(UInt64(waiting), lastSequence - lastCounted)
        waits += Int(fresh)
        lastCounted = lastSequence
        grow(now, &actions)
    }

    private mutating func send(_ index: Int, _ now: Deadline, _ actions: inout [Action]) {
        var calls: [PostgresCall] = []
        while calls.count < limits.unit, let call = plain.peek() {
            let shares = call.isShareable
            if !calls.isEmpty, !shares { break }
            // A transaction that came earlier goes first.
            if !calls.isEmpty, let begin = begins.peek(), begin.sequence < call.sequence, indexForLease() != nil { break }
            plain.removeFirst()
            guard call.start() else { continue }
            calls.append(call)
            if !shares { break }
        }
        guard !calls.isEmpty else { return }
        actions.append(.send(calls, slots[index].identity))
        sent(index, now)
    }

    private mutating func reserve(_ call: PostgresCall, _ index: Int, _ actions: inout [Action]) {
        guard slots[index].load == 0 else {
            slots[index].lease = .reserved(call)
            return
        }
        lease(call, index, &actions)
    }

    private mutating func lease(_ call: PostgresCall, _ index: Int, _ actions: inout [Action]) {
        guard call.start() else {
            slots[index].lease = .none
            return
        }
        slots[index].lease = .held
        actions.append(.lease(call, slots[index].identity))
    }

    mutating func sent(_ index: Int, _ now: Deadline) {
        if slots[index].load == 0 { slots[index].progress = now }
        slots[index].load += 1
    }

    /// The connection that takes a call soonest; nil when it is better to wait. What is stuck behind a slow statement would wait
    /// for it even though another connection becomes free.
    private func indexForCall(_ now: Deadline) -> Int? {
        var best: Int?
        for index in slots.indices where slots[index].isAvailable && slots[index].load < limits.depth {
            let slot = slots[index]
            if slot.load == 0 { return index }
            guard slot.progress + limits.patience > now else { continue }
            if best.map({ slot.load < slots[$0].load }) ?? true { best = index }
        }
        return best
    }

    private func indexForLease() -> Int? {
        var best: Int?
        var leases = 0
        for index in slots.indices {
            if slots[index].isLeased { leases += 1 }
            guard slots[index].isAvailable else { continue }
            if best.map({ slots[index].load < slots[$0].load }) ?? true { best = index }
        }
        return leases < limits.leases ? best : nil
    }

    // MARK: Connections

    private mutating func grow(_ now: Deadline, _ actions: inout [Action]) {
        // A pool that closes only opens what it needs to let calls end.
        guard !isClosing || (waiting > 0 && slots.isEmpty) else { return }
        var ready = 0
        var connecting = 0
        var isIdle = false
        for slot in slots {
            if slot.state == .connecting { connecting += 1 } else { ready += 1 }
            if slot.isAvailable, slot.load == 0 { isIdle = true }
        }
        let wanted = max(limits.minimum, min(limits.maximum, ready + max(waiting, isIdle ? 0 : 1)))
        while slots.count < wanted, connecting < (failures > 0 ? 1 : 2) {
            guard now >= nextOpening else {
                remind(nextOpening)
                return
            }
            lastIdentity += 1
            connecting += 1
            slots.append(PostgresSlot(identity: lastIdentity, since: now))
            remind(now + limits.connect)
            actions.append(.open(lastIdentity))
        }
    }

    func index(_ identity: Int) -> Int? { slots.firstIndex { $0.identity == identity } }

    /// A connection was made.
    mutating func opened(_ identity: Int, now: Deadline) {
        guard let index = index(identity) else { return }
        opened += 1
        trouble = nil
        slots[index].state = .ready
        slots[index].since = now
        slots[index].progress = now
        slots[index].retirement = now + limits.age * (0.9 + 0.2 * random.next())
        remind(now + limits.idle)
        remind(slots[index].retirement)
    }

    /// A connection could not be made, or was lost. Gives the call for which it was reserved back to the queue.
    mutating func lost(_ identity: Int, reason: String, now: Deadline) {
        guard let index = index(identity) else { return }
        let slot = slots.remove(at: index)
        if case .reserved(let call) = slot.lease { begins.putBack(call) }
        trouble = reason
        if slot.state == .ready { lost += 1 }
        // One that was made and worked is replaced at once.
        guard slot.state == .connecting || !slot.hasWorked else { return }
        failures += 1
        let delay = min(limits.longestPause, limits.shortestPause * Double(1 << min(failures - 1, 10)))
        nextOpening = now + delay * (0.5 + 0.5 * random.next())
        remind(nextOpening)
    }

    /// A unit was answered.
    mutating func answered(_ identity: Int, now: Deadline, _ actions: inout [Action]) {
        guard let index = index(identity) else { return }
        failures = 0
        slots[index].hasWorked = true
        slots[index].progress = now
        slots[index].load -= 1
        if slots[index].load == 0, case .reserved(let call) = slots[index].lease, !slots[index].isHeld {
            lease(call, index, &actions)
        }
        retireIfDue(index, now, &actions)
    }

    /// A transaction has sent something on its connection.
    mutating func sent(_ identity: Int, now: Deadline) {
        if let index = index(identity) { sent(index, now) }
    }

    /// A transaction is over.
    mutating func released(_ identity: Int, now: Deadline, _ actions: inout [Action]) {
        guard let index = index(identity) else { return }
        slots[index].lease = .none
        slots[index].progress = now
        retireIfDue(index, now, &actions)
    }

    /// Nothing is sent to a connection as long as a request to cancel is on its way, which could hit what comes next.
    mutating func hold(_ identity: Int, _ isHeld: Bool, now: Deadline, _ actions: inout [Action]) {
        guard let index = index(identity) else { return }
        slots[index].isHeld = isHeld
        if !isHeld, slots[index].load == 0, case .reserved(let call) = slots[index].lease { lease(call, index, &actions) }
    }

    mutating func retireIfDue(_ index: Int, _ now: Deadline, _ actions: inout [Action]) {
        let slot = slots[index]
        guard slot.isAvailable, slot.load == 0, now >= slot.retirement else { return }
        actions.append(.close(slot.identity))
        slots.remove(at: index)
    }
}
