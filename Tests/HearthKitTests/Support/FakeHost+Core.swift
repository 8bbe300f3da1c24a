import CHearth
import Synchronization

extension FakeHost {
    static var coreTable: hearth_core {
        var core = hearth_core()
        core.size = UInt32(MemoryLayout<hearth_core>.size)
        core.log = { host, _, level, message, fields, count in
            let fields = UnsafeBufferPointer(start: fields, count: Int(count)).map { "\($0.name.string)=\($0.value.string)" }
            let line = (["\(level): \(message.string)"] + fields).joined(separator: " ")
            FakeHost.of(host).state.withLock { $0.logged.append(line) }
        }
        core.settings = { host in
            let text = FakeHost.of(host).state.withLock { $0.settings }
            // Leaked: lives until stop.
            let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.utf8.count)
            _ = memory.initialize(from: text.utf8.map { CChar(bitPattern: $0) })
            return hearth_string(data: memory.baseAddress, length: UInt64(memory.count))
        }
        core.setting_text = { _, _, _ in 4 }
        core.now = { _ in 1_795_176_000_000_000 }
        core.make_uuid = { _, bytes in bytes?.update(repeating: 0x11, count: 16) }
        core.local_date = { _, zone, instant, date in
            guard zone.string != "Nowhere" else { return 4 }
            date?.pointee = Int32(instant / 86_400_000_000)
            return 0
        }
        core.context_info = { host, context, info in
            if let refused = FakeHost.of(host).refusal("context_info", context) { return refused }
            info?.pointee.in_transaction = FakeHost.of(host).state.withLock { $0.transactions.contains(context) } ? 1 : 0
            info?.pointee.deadline = .max
            return 0
        }
        core.on_cancel = { host, context, function, user in
            let user = Foreign(value: user)
            let call: @Sendable () -> Void = { function?(user.value) }
            return FakeHost.of(host).state.withLock {
                guard !$0.finished.contains(context) else { return 2 }
                $0.cancellations[context] = call
                return 0
            }
        }
        core.run = { host, work, user in
            FakeHost.of(host).state.withLock { $0.workersUsed += 1 }
            let user = Foreign(value: user)
            FakeHost.onWorker { work?(user.value) }
            return 0
        }
        core.run_blocking = { host, context, work, user in
            if let refused = FakeHost.of(host).refusal("run_blocking", context) { return refused }
            let user = Foreign(value: user)
            FakeHost.onWorker { work?(user.value) }
            return 0
        }
        core.metric = { host, kind, name, labels, count, value in
            let labels = UnsafeBufferPointer(start: labels, count: Int(count)).map { "\($0.name.string)=\($0.value.string)" }
            FakeHost.of(host).state.withLock {
                $0.metrics.append("\(kind) \(name.string) \(value) \(labels.joined(separator: ","))")
            }
            return 0
        }
        core.set_health = { host, component, health, detail in
            FakeHost.of(host).state.withLock { $0.metrics.append("health \(component.string) \(health) \(detail.string)") }
            return 0
        }
        return core
    }
}
