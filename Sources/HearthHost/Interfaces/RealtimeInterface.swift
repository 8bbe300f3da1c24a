import CHearth
import HearthCache
import HearthDatabase
import HearthJSON

/// `hearth.realtime/1` as C sees it.
enum RealtimeInterface {
    static let table = hearth_realtime(
        size: UInt32(MemoryLayout<hearth_realtime>.size), own_topics: ownTopics, allow: allow, refuse: refuse, publish: publish,
        present: present, online: online)

    /// Bytes of the name of an event.
    private static let eventLimit = 100

    // MARK: Who may listen

    private static let ownTopics:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_authorise?, UnsafeMutableRawPointer?) -> hearth_status = {
            host, authorise, user in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let authorise else {
                plugin.refuse("topics need a function that decides who may listen")
                return Status.invalid
            }
            return plugin.register { registration in
                guard registration.topicAuthority == nil else {
                    registration.refusals.append("the topics are taken into use twice")
                    return Status.conflict
                }
                registration.topicAuthority = TopicAuthority(plugin: plugin, authorise: authorise, user: user)
                return Status.ok
            }
        }

    private static let allow: @convention(c) (UnsafePointer<hearth_host>?, hearth_context) -> hearth_status = { host, handle in
        with(host, handle, "allow") { $0.allow() }
    }

    private static let refuse: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_string) -> hearth_status = {
        host, handle, message in
        with(host, handle, "refuse") { exchange in
            guard let message = message.text else { return Status.invalid }
            return exchange.refuse(message)
        }
    }

    private static func with(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString,
        _ body: (SubscriptionExchange) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale(call) }
        guard case .subscription(let exchange) = context.purpose else { return plugin.checked(call, Status.invalid) }
        return plugin.checked(call, body(exchange))
    }

    // MARK: Publishing

    private static let publish:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_publication>?) -> hearth_status = {
            host, handle, pointer in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("publish")
            }
            guard let pointer else { return plugin.checked("publish", Status.invalid) }
            let publication = StructReader.read(pointer, size: pointer.pointee.size)
            guard let topic = topic(of: publication, plugin), let name = publication.event.text,
                (1...eventLimit).contains(name.utf8.count), let data = publication.data.text
            else { return plugin.checked("publish", Status.invalid) }
            guard data.utf8.count <= RealtimeHub.dataLimit else { return plugin.checked("publish", Status.tooLarge) }
            guard let value = try? JSONValue(parsing: data) else { return plugin.checked("publish", Status.invalid) }
            // Written anew, so that it is one line whatever the plugin gave.
            let event = RealtimeEvent(name, data: value.text)
            let hub = plugin.services.realtime
            context.afterCommit { hub.publish(event, to: topic) }
            return Status.ok
        }

    private static func topic(of publication: hearth_publication, _ plugin: PluginInstance) -> Topic? {
        switch publication.audience {
        case UInt32(HEARTH_AUDIENCE_ALL): return .all
        case UInt32(HEARTH_AUDIENCE_USER):
            return withUnsafeBytes(of: publication.user) { DatabaseUUID(bytes: $0) }.map { .user($0) }
        case UInt32(HEARTH_AUDIENCE_TOPIC):
            guard let name = publication.topic.text, Topic.isName(name) else { return nil }
            return .plugin(plugin.id, name: name)
        default: return nil
        }
    }

    // MARK: Presence

    private static let present:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_presence?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, name, done, user in
            look(host, handle, "present", done, user) { plugin in
                name.text.flatMap { Topic.isName($0) ? Topic.plugin(plugin.id, name: $0) : nil }
            }
        }

    private static let online:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<UInt8>?, hearth_presence?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, id, done, user in
            look(host, handle, "online", done, user) { _ in
                id.flatMap { DatabaseUUID(bytes: UnsafeRawBufferPointer(start: $0, count: 16)) }.map { Topic.user($0) }
            }
        }

    private static func look(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString, _ done: hearth_presence?,
        _ user: UnsafeMutableRawPointer?, _ topic: (PluginInstance) -> Topic?
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale(call) }
        guard let done, let topic = topic(plugin) else { return plugin.checked(call, Status.invalid) }
        let completion = ForeignCompletion(function: done, user: user)
        let services = plugin.services
        Task {
            let result: Result<[DatabaseUUID], CacheError>
            do throws(CacheError) {
                result = .success(try await services.realtime.present(in: topic))
            } catch {
                result = .failure(error)
            }
            services.workers.enqueue(context.label) {
                switch result {
                case .success(let users):
                    var bytes: [UInt8] = []
                    for user in users { user.withBytes { bytes.append(contentsOf: $0) } }
                    bytes.withUnsafeBufferPointer {
                        completion.function(completion.user, nil, users.isEmpty ? nil : $0.baseAddress, UInt64(users.count))
                    }
                case .failure(let error): ForeignError(error).lend { completion.function(completion.user, $0, nil, 0) }
                }
            }
        }
        return Status.ok
    }
}
