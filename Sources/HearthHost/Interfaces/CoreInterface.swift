import CHearth
import HearthConfiguration
import HearthDatabase
import HearthJobs
import Logging
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// `hearth.core/1` as C sees it.
enum CoreInterface {
    static let table = hearth_core(
        size: UInt32(MemoryLayout<hearth_core>.size), log: log,
        settings: { PluginInstance.from($0)?.settingsText.string ?? hearth_string() },
        setting_text: settingText, setting_integer: settingInteger, setting_double: settingDouble,
        data_folder: { PluginInstance.from($0)?.dataFolder() ?? hearth_string() },
        now: { PluginInstance.from($0)?.services.clock.now ?? 0 },
        local_date: localDate, day_bounds: dayBounds, make_uuid: makeUUID, random: random, context_info: contextInfo,
        on_cancel: onCancel, run: run, run_blocking: runBlocking, thread: thread, metric: metric, set_health: setHealth,
        begin_background: beginBackground, end_background: endBackground, start_timer: startTimer, cancel_timer: cancelTimer,
        local_time: localTime)

    private static let log:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_log_level, hearth_string, UnsafePointer<hearth_pair>?, UInt64
        ) -> Void = { host, handle, level, message, fields, count in
            guard let plugin = PluginInstance.from(host) else { return }
            var metadata: Logger.Metadata = [:]
            if let fields, count <= 64 {
                for index in 0..<Int(count) {
                    guard let name = fields[index].name.text, let value = fields[index].value.text else { continue }
                    metadata[name] = .string(value)
                }
            }
            if handle != 0, let context = plugin.services.contexts[handle] { metadata["request_id"] = "\(context.requestID)" }
            let text = String(decoding: message.buffer.prefix(8192), as: UTF8.self)
            let logLevel: Logger.Level =
                switch level {
                case 1: .debug
                case 3: .warning
                case 4: .error
                default: .info
                }
            // The source tells what the plugin says from what the host says about it.
            plugin.logger.log(level: logLevel, "\(text)", metadata: metadata, source: plugin.id)
        }

    // MARK: Settings

    private static func setting(
        _ host: UnsafePointer<hearth_host>?, _ key: hearth_string, _ read: (PluginInstance, String, SettingValue) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host), let key = key.text else { return Status.invalid }
        guard let value = plugin.settings[key] else { return Status.notFound }
        return read(plugin, key, value)
    }

    private static let settingText:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, UnsafeMutablePointer<hearth_string>?) -> hearth_status = {
            host, key, value in
            setting(host, key) { plugin, key, _ in
                guard let value, let text = plugin.settingTexts[key] else { return Status.invalid }
                value.pointee = text.string
                return Status.ok
            }
        }

    private static let settingInteger:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, UnsafeMutablePointer<Int64>?) -> hearth_status = {
            host, key, value in
            setting(host, key) { _, _, found in
                guard let value else { return Status.invalid }
                switch found {
                case .integer(let number): value.pointee = number
                case .boolean(let isOn): value.pointee = isOn ? 1 : 0
                case .text, .double, .list: return Status.invalid
                }
                return Status.ok
            }
        }

    private static let settingDouble:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, UnsafeMutablePointer<Double>?) -> hearth_status = {
            host, key, value in
            setting(host, key) { _, _, found in
                guard let value else { return Status.invalid }
                switch found {
                case .double(let number): value.pointee = number
                case .integer(let number): value.pointee = Double(number)
                case .text, .boolean, .list: return Status.invalid
                }
                return Status.ok
            }
        }

    // MARK: Time and identifiers

    private static let localDate:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, Int64, UnsafeMutablePointer<Int32>?) -> hearth_status = {
            host, zone, instant, date in
            guard PluginInstance.from(host) != nil, let date else { return Status.invalid }
            return withZone(zone) { date.pointee = $0.date(at: instant) }
        }

    private static let localTime:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, Int64, UnsafeMutablePointer<Int64>?) -> hearth_status = {
            host, zone, instant, time in
            guard PluginInstance.from(host) != nil, let time else { return Status.invalid }
            return withZone(zone) { time.pointee = $0.time(at: instant) }
        }

    private static let dayBounds:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_string, Int32, UnsafeMutablePointer<Int64>?, UnsafeMutablePointer<Int64>?
        ) -> hearth_status = { host, zone, date, begin, end in
            guard PluginInstance.from(host) != nil, let begin, let end else { return Status.invalid }
            // The days of the years 1 to 9999.
            guard (-719_162...2_932_896).contains(date) else { return Status.invalid }
            return withZone(zone) { zone in
                begin.pointee = zone.start(of: date)
                end.pointee = zone.start(of: date + 1)
            }
        }

    /// Calls a body with the zone of a name.
    private static func withZone(_ name: hearth_string, _ body: (LocalZone) -> Void) -> hearth_status {
        guard let name = name.text else { return Status.invalid }
        guard let zone = TimeZones.zone(name) else { return Status.notFound }
        body(zone)
        return Status.ok
    }

    private static let makeUUID: @convention(c) (UnsafePointer<hearth_host>?, UnsafeMutablePointer<UInt8>?) -> Void = {
        host, uuid in
        guard let plugin = PluginInstance.from(host), let uuid else { return }
        plugin.services.identifiers.next().withBytes {
            UnsafeMutableRawBufferPointer(start: uuid, count: 16).copyMemory(from: $0)
        }
    }

    private static let random: @convention(c) (UnsafePointer<hearth_host>?, UnsafeMutablePointer<UInt8>?, UInt64) -> Void = {
        _, bytes, count in
        guard let bytes else { return }
        var filled = 0
        // As much at once as the system gives: a call for each byte would cost more than the bytes.
        while filled < Int(clamping: count) {
            let piece = min(256, Int(clamping: count) - filled)
            if getentropy(bytes + filled, piece) == 0 { filled += piece }
        }
    }

    // MARK: Contexts

    private static let contextInfo:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafeMutablePointer<hearth_context_info>?) -> hearth_status =
            {
                host, handle, info in
                guard let plugin = PluginInstance.from(host), let info, info.pointee.size >= 8 else { return Status.invalid }
                guard let context = plugin.context(handle) else {
                    return plugin.reportStale("context_info")
                }
                var full = hearth_context_info()
                full.size = min(info.pointee.size, UInt32(MemoryLayout<hearth_context_info>.size))
                full.cancelled = context.isCancelled ? 1 : 0
                full.deadline = plugin.services.wallClock(of: context.deadline)
                full.actor = context.foreign.actor
                full.request_id = context.foreign.requestID
                full.in_transaction = context.transaction == nil ? 0 : 1
                full.borrowed = context.isBorrowed ? 1 : 0
                withUnsafeBytes(of: &full) { bytes in
                    let count = min(Int(info.pointee.size), bytes.count)
                    UnsafeMutableRawBufferPointer(start: info, count: count).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                }
                return Status.ok
            }

    private static let onCancel:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, cancelled, user in
            guard let plugin = PluginInstance.from(host), let cancelled else { return Status.invalid }
            // Registering late is the normal end of a race between a fast answer and its watcher: no report.
            guard let context = plugin.context(handle) else { return Status.stale }
            context.onCancel(cancelled, user)
            return Status.ok
        }

    // MARK: Threads

    private static let run:
        @convention(c) (
            UnsafePointer<hearth_host>?, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, work, user in
            guard let plugin = PluginInstance.from(host), let work else { return Status.invalid }
            plugin.services.workers.enqueue(plugin.label.current, user, work)
            return Status.ok
        }

    private static let runBlocking:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, work, user in
            guard let plugin = PluginInstance.from(host), let work else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("run_blocking")
            }
            return plugin.services.blocking.enqueue(context.label, user, work) ? Status.ok : Status.busy
        }

    private static let thread: @convention(c) (UnsafePointer<hearth_host>?) -> hearth_thread = { host in
        if Worker.current.currentValue != nil { return 1 }
        if BlockingPool.isCurrent.currentValue != nil { return 2 }
        return PluginInstance.from(host)?.services.isLifecycleThread == true ? 3 : 0
    }

    // MARK: Metrics and health

    private static let metric:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_metric_kind, hearth_string, UnsafePointer<hearth_pair>?, UInt64, Double
        ) -> hearth_status = { host, kind, name, labels, count, value in
            guard let plugin = PluginInstance.from(host), let kind = MetricKind(rawValue: kind), let name = name.text,
                count == 0 || labels != nil, count <= 16
            else { return Status.invalid }
            var pairs: [(String, String)] = []
            for index in 0..<Int(count) {
                guard let label = labels?[index], let name = label.name.text, let value = label.value.text else {
                    return Status.invalid
                }
                pairs.append((name, value))
            }
            return plugin.services.metrics.record(kind, name, pairs, value, owner: plugin.id)
        }

    private static let setHealth:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_string, hearth_health, hearth_string) -> hearth_status = {
            host, component, health, detail in
            guard let plugin = PluginInstance.from(host), let component = component.text, !component.isEmpty,
                let health = ComponentHealth(rawValue: health), let detail = detail.text
            else { return Status.invalid }
            plugin.services.health.set("\(plugin.id).\(component)", health, detail)
            return Status.ok
        }
}
