import CHearth

/// The part of `hearth.core/1` for what a plugin does by itself.
extension CoreInterface {
    static let beginBackground:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_string, UInt64, UnsafeMutablePointer<hearth_context>?
        ) -> hearth_status = { host, name, limit, handle in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let handle, let name = name.text, !name.isEmpty, limit <= UInt64(Int64.max / 1000) else {
                return plugin.checked("begin_background", Status.invalid)
            }
            let admission = plugin.admitsWork
            guard admission == Status.ok else { return plugin.checked("begin_background", admission) }
            handle.pointee =
                BackgroundWork.open(
                    name, plugin.label.doing(name), of: plugin, limit: limit == 0 ? nil : .microseconds(Int64(limit))
                ).handle
            return Status.ok
        }

    static let endBackground: @convention(c) (UnsafePointer<hearth_host>?, hearth_context) -> hearth_status = { host, handle in
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else {
            return plugin.reportStale("end_background")
        }
        guard case .background(let work) = context.purpose else { return plugin.checked("end_background", Status.invalid) }
        return plugin.checked("end_background", work.end(context))
    }

    static let startTimer:
        @convention(c) (
            UnsafePointer<hearth_host>?, UnsafePointer<hearth_timer_options>?, UnsafeMutablePointer<hearth_timer>?
        ) -> hearth_status = { host, pointer, number in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let pointer else { return plugin.checked("start_timer", Status.invalid) }
            let options = StructReader.read(pointer, size: pointer.pointee.size)
            guard let timer = PluginTimer(options, of: plugin) else { return plugin.checked("start_timer", Status.invalid) }
            let admission = plugin.admitsWork
            guard admission == Status.ok else { return plugin.checked("start_timer", admission) }
            guard let started = plugin.services.timers.start(timer, in: .microseconds(Int64(options.delay))) else {
                return Status.tooLarge
            }
            number?.pointee = started
            // The plugin may have been drained since it was asked, and its timers cancelled before this one was there.
            if plugin.admitsWork != Status.ok { _ = plugin.services.timers.cancel(started, of: plugin) }
            return Status.ok
        }

    static let cancelTimer: @convention(c) (UnsafePointer<hearth_host>?, hearth_timer) -> hearth_status = { host, number in
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        // A timer that has just fired for the last time is no mistake of the plugin.
        return plugin.services.timers.cancel(number, of: plugin) ? Status.ok : Status.stale
    }
}
