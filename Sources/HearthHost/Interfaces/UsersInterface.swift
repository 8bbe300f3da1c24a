import CHearth
import HearthDatabase
import HearthJSON

/// `hearth.users/1` as C sees it.
enum UsersInterface {
    static let table = hearth_users(
        size: UInt32(MemoryLayout<hearth_users>.size), add_facet: addFacet, answer_facet: answerFacet, add_observer: addObserver,
        answer_observer: answerObserver, find: find, search: search, list: list)

    // MARK: Facets and observers

    private static let addFacet: @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_facet>?) -> hearth_status = {
        host, pointer in
        guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
        let facet = StructReader.read(pointer, size: pointer.pointee.size)
        guard let name = facet.name.text, !name.isEmpty, let schema = facet.schema.text, let read = facet.read,
            case .object(let object)? = try? JSONValue(parsing: schema), case .object(let members)? = object["properties"]
        else {
            plugin.refuse("a facet needs a name, a JSON Schema with properties, and a function that reads it")
            return Status.invalid
        }
        return plugin.register { registration in
            registration.facets.append(
                Facet(
                    name: name, plugin: plugin, label: plugin.label.doing("facet \(name)"), members: members, read: read,
                    user: facet.user))
            return Status.ok
        }
    }

    private static let answerFacet: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_bytes) -> hearth_status =
        {
            host, handle, objects in
            guard let plugin = PluginInstance.from(host), objects.isSound else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("answer_facet")
            }
            guard case .facet(let exchange) = context.purpose else { return Status.invalid }
            return exchange.answer(objects.buffer)
        }

    private static let addObserver:
        @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_user_observer>?) -> hearth_status = { host, pointer in
            guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
            let observer = StructReader.read(pointer, size: pointer.pointee.size)
            guard let observe = observer.observe, observer.events != 0 else {
                plugin.refuse("an observer of users needs events and a function")
                return Status.invalid
            }
            return plugin.register { registration in
                registration.observers.append(
                    UserObserver(plugin: plugin, events: observer.events, observe: observe, user: observer.user))
                return Status.ok
            }
        }

    private static let answerObserver:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_error>?, hearth_bytes) -> hearth_status =
            {
                host, handle, error, output in
                guard let plugin = PluginInstance.from(host), output.isSound else { return Status.invalid }
                guard let context = plugin.context(handle) else {
                    return plugin.reportStale("answer_observer")
                }
                guard case .observer(let exchange) = context.purpose else { return Status.invalid }
                guard let error else { return exchange.complete(nil) }
                return exchange.complete(ForeignError(copying: error) ?? ForeignError(Status.failed, ""))
            }

    // MARK: Looking users up

    private static let find:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<UInt8>?, UInt64, hearth_users_found?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, ids, count, done, user in
            guard count <= 1000 else { return Status.tooLarge }
            var users: [DatabaseUUID] = []
            for index in 0..<Int(count) {
                guard let ids,
                    let id = DatabaseUUID(bytes: UnsafeRawBufferPointer(start: ids + index * 16, count: 16))
                else { return Status.invalid }
                users.append(id)
            }
            let wanted = users
            return look(host, handle, done, user) {
                wanted.isEmpty ? [] : try await $0.find(wanted, in: $1)
            }
        }

    private static let search:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, UInt32, hearth_users_found?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, text, limit, done, user in
            guard let text = text.text, text.unicodeScalars.count >= 2, (1...100).contains(limit) else { return Status.invalid }
            return look(host, handle, done, user) { try await $0.search(text, limit: Int(limit), in: $1) }
        }

    private static let list:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<UInt8>?, UInt32, hearth_users_found?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, after, limit, done, user in
            guard (1...1000).contains(limit) else { return Status.invalid }
            let last = after.flatMap { DatabaseUUID(bytes: UnsafeRawBufferPointer(start: $0, count: 16)) }
            return look(host, handle, done, user) { try await $0.page(after: last, limit: Int(limit), in: $1) }
        }

    private static func look(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ done: hearth_users_found?,
        _ user: UnsafeMutableRawPointer?,
        _ ask: @escaping @Sendable (any UserDirectory, (any DatabaseTransaction)?) async throws -> [DirectoryUser]
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host), let done else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale("find") }
        guard let directory = plugin.services.directory else { return Status.unavailable }
        let admission = context.beginCall()
        guard admission == Status.ok else {
            return admission == Status.stale ? plugin.reportStale("find") : plugin.checked("find", admission)
        }
        let completion = ForeignCompletion(function: done, user: user)
        Task {
            let result: Result<[DirectoryUser], ForeignError>
            do { result = .success(try await ask(directory, context.transaction)) } catch let error as DatabaseError {
                result = .failure(ForeignError(error))
            } catch { result = .failure(ForeignError(Status.failed, "the users cannot be looked up")) }
            plugin.services.workers.enqueue(context.label) {
                context.endCall()
                deliver(result, to: completion)
            }
        }
        return Status.ok
    }

    private static func deliver(
        _ result: Result<[DirectoryUser], ForeignError>, to completion: ForeignCompletion<hearth_users_found>
    ) {
        switch result {
        case .failure(let error): error.lend { completion.function(completion.user, $0, nil, 0) }
        case .success(let users):
            // The texts live in their own objects until the completion has returned.
            var texts: [ForeignText] = []
            func text(_ value: String?) -> hearth_string {
                let text = ForeignText(value ?? "")
                texts.append(text)
                return text.string
            }
            let foreign = users.map { user in
                var value = hearth_user()
                value.size = UInt32(MemoryLayout<hearth_user>.size)
                value.is_public = user.isPublic ? 1 : 0
                user.id.withBytes { bytes in withUnsafeMutableBytes(of: &value.id) { $0.copyMemory(from: bytes) } }
                value.username = text(user.username)
                value.display_name = text(user.displayName)
                value.avatar_url = text(user.avatarURL)
                value.timezone = text(user.timezone)
                value.friend_code = text(user.friendCode)
                value.created_at = user.createdAt
                value.notifications_enabled = user.notificationsEnabled ? 1 : 0
                return value
            }
            withExtendedLifetime(texts) {
                foreign.withUnsafeBufferPointer { foreign in
                    let pointers: [UnsafePointer<hearth_user>?] = foreign.indices.map { index in
                        foreign.baseAddress.map { $0 + index }
                    }
                    pointers.withUnsafeBufferPointer {
                        completion.function(completion.user, nil, $0.baseAddress, UInt64($0.count))
                    }
                }
            }
        }
    }
}
