import CHearth
import HearthDatabase
import HearthJSON

/// `hearth.events/1` as C sees it.
enum EventsInterface {
    static let table = hearth_events(
        size: UInt32(MemoryLayout<hearth_events>.size), declare: declare, subscribe: subscribe, publish: publish,
        answer_event: answerEvent, answer_replay: answerReplay)

    /// How deep events and calls may be nested.
    private static let depthLimit = 16

    // MARK: Registration

    private static let declare: @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_event_type>?) -> hearth_status =
        { host, pointer in
            guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
            let type = StructReader.read(pointer, size: pointer.pointee.size)
            guard let name = type.name.text, DeclaredEvent.isName(name), let text = type.schema.text else {
                plugin.refuse("an event needs a name with its version, such as habit.completed/1, and a schema")
                return Status.invalid
            }
            let schema: JSONSchema
            do { schema = try JSONSchema(JSONValue(parsing: text)) } catch {
                plugin.refuse("the schema of the event \(name): \(error)")
                return Status.invalid
            }
            return plugin.register { registration in
                registration.events.append(
                    DeclaredEvent(name: name, plugin: plugin, schema: schema, replay: type.replay, user: type.user))
                return Status.ok
            }
        }

    private static let subscribe:
        @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_subscription>?) -> hearth_status = { host, pointer in
            guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
            let subscription = StructReader.read(pointer, size: pointer.pointee.size)
            guard let name = subscription.name.text, !name.isEmpty, name.utf8.count <= 100,
                let event = subscription.event.text, DeclaredEvent.isName(event), let handle = subscription.handle,
                subscription.flags <= 1
            else {
                plugin.refuse("a subscription needs a name, an event such as habit.completed/1, and a handler")
                return Status.invalid
            }
            let subscriber = EventSubscriber(
                plugin: plugin, name: name, event: event, isInTransaction: subscription.flags & 1 != 0, order: subscription.order,
                retries: subscription.retries == 0 ? 19 : Int(min(subscription.retries, 1000)),
                label: plugin.label.doing("event \(event)"), handle: handle, user: subscription.user)
            let status = plugin.register { registration in
                guard !registration.subscribers.contains(where: { $0.name == name }) else { return Status.invalid }
                registration.subscribers.append(subscriber)
                return Status.ok
            }
            if status == Status.invalid { plugin.refuse("there are two subscribers with the name \(name)") }
            return status
        }

    // MARK: Publishing

    private static let publish:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_string, hearth_bytes, hearth_published?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, name, key, payload, done, user in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let done, let name = name.text, let key = key.text, (1...DeclaredEvent.keyLimit).contains(key.utf8.count),
                payload.isSound
            else { return plugin.checked("publish", Status.invalid) }
            guard payload.length <= UInt64(DeclaredEvent.payloadLimit) else { return Status.tooLarge }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("publish")
            }
            guard let event = plugin.services.events[name], event.plugin === plugin else {
                return plugin.checked("publish", Status.denied)
            }
            guard context.depth < depthLimit else { return Status.failed }
            let isAlone = context.transaction == nil
            let admission = isAlone ? context.beginTransaction() : context.beginCall()
            guard admission == Status.ok else {
                return admission == Status.stale ? plugin.reportStale("publish") : plugin.checked("publish", admission)
            }
            let completion = ForeignCompletion(function: done, user: user)
            if let refusal = check(payload, event) {
                if isAlone { context.endTransaction() }
                finish(.failure(refusal), on: context, completion)
                return Status.ok
            }
            let text = String(decoding: payload.buffer, as: UTF8.self)
            let publisher = EventPublisher(services: plugin.services)
            Task {
                let result: Result<Int64, ForeignError>
                do throws(ForeignError) {
                    result = .success(
                        try await isAlone
                            ? publisher.publishAlone(name, key: key, payload: text, on: context)
                            : publisher.publish(name, key: key, payload: text, on: context))
                } catch {
                    result = .failure(error)
                }
                finish(result, on: context, completion)
            }
            return Status.ok
        }

    private static func check(_ payload: hearth_bytes, _ event: DeclaredEvent) -> ForeignError? {
        guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(payload.buffer)) else {
            return ForeignError(Status.invalid, code: "invalid_payload", "the payload of \(event.name) is not JSON")
        }
        guard let violation = event.schema.validate(value).first else { return nil }
        return ForeignError(
            Status.invalid, code: "invalid_payload", "the payload of \(event.name) at \(violation.loc): \(violation.msg)")
    }

    /// Tells the publisher, on a worker. What was not published spoils the transaction that it was part of.
    private static func finish(
        _ result: Result<Int64, ForeignError>, on context: CallContext, _ completion: ForeignCompletion<hearth_published>
    ) {
        @Sendable func deliver() {
            context.plugin.services.workers.enqueue(context.label) {
                context.endCall()
                switch result {
                case .success(let id): completion.function(completion.user, nil, id)
                case .failure(let error): error.lend { completion.function(completion.user, $0, 0) }
                }
            }
        }
        guard case .failure = result, let transaction = context.transaction else { return deliver() }
        transaction.spoil { deliver() }
    }

    // MARK: Answers of subscribers

    private static let answerEvent:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_error>?) -> hearth_status = {
            host, handle, error in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("answer_event")
            }
            guard case .event(let question) = context.purpose else { return plugin.checked("answer_event", Status.invalid) }
            return plugin.checked("answer_event", question.answer(answered(error, ()), "answer_event"))
        }

    private static let answerReplay:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_error>?, hearth_bytes, hearth_string
        ) -> hearth_status = { host, handle, error, events, next in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("answer_replay")
            }
            guard case .replay(let question) = context.purpose else { return plugin.checked("answer_replay", Status.invalid) }
            guard error == nil else {
                return question.answer(answered(error, ReplayPage(events: [], next: "")), "answer_replay")
            }
            guard events.isSound, let page = ReplayPage(events.buffer, next: next.text) else {
                _ = question.answer(
                    .failure(ForeignError(Status.invalid, "the page is not an array of events")), "answer_replay")
                return plugin.checked("answer_replay", Status.invalid)
            }
            return plugin.checked("answer_replay", question.answer(.success(page), "answer_replay"))
        }

    private static func answered<Answer>(_ error: UnsafePointer<hearth_error>?, _ answer: Answer) -> Result<Answer, ForeignError>
    {
        guard let error else { return .success(answer) }
        return .failure(ForeignError(copying: error) ?? ForeignError(Status.failed, ""))
    }
}
