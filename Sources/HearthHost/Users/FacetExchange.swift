import CHearth
import HearthDatabase
import HearthJSON
import HearthThreads
import Logging
import NIOConcurrencyHelpers

/// Members that a plugin adds to the user object.
struct Facet: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let name: String
    let plugin: PluginInstance
    /// On whose account it is read.
    let label: WorkLabel
    /// The schemas of its members.
    let members: JSONObject
    let read: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_facet_request>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?
}

/// A question to a facet, until the plugin has answered it.
///
/// `@unchecked Sendable`: what changes is behind the lock; the question's memory is constant once it is asked.
final class FacetExchange: @unchecked Sendable {
    let facet: Facet
    private let users: [DatabaseUUID]
    private let isPublic: Bool
    private let waiting = NIOLockedValueBox<UnsafeContinuation<[JSONObject?]?, Never>?>(nil)
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let context = NIOLockedValueBox<CallContext?>(nil)
    private let ids: UnsafeMutablePointer<UInt8>
    private let question: UnsafeMutablePointer<hearth_facet_request>

    init(_ facet: Facet, users: [DatabaseUUID], isPublic: Bool) {
        self.facet = facet
        self.users = users
        self.isPublic = isPublic
        let ids = UnsafeMutablePointer<UInt8>.allocate(capacity: users.count * 16)
        for (index, user) in users.enumerated() {
            user.withBytes { UnsafeMutableRawBufferPointer(start: ids + index * 16, count: 16).copyMemory(from: $0) }
        }
        self.ids = ids
        question = .allocate(capacity: 1)
        question.initialize(
            to: hearth_facet_request(
                size: UInt32(MemoryLayout<hearth_facet_request>.size), is_public: isPublic ? 1 : 0, context: 0,
                user_ids: UnsafePointer(ids), user_count: UInt64(users.count)))
    }

    deinit {
        ids.deallocate()
        question.deallocate()
    }

    /// Asks the plugin.
    ///
    /// - Returns: an object a user, nil for one unknown there; nil when there is no proper answer in time
    func read(request: RoutedRequest) async -> [JSONObject?]? {
        let plugin = facet.plugin
        let context = CallContext(
            plugin: plugin, purpose: .facet(self), requestID: request.id, actor: request.actor,
            // A facet that is late must not hold up the whole object.
            deadline: min(request.deadline, .after(.seconds(2))))
        self.context.withLockedValue { $0 = context }
        plugin.services.contexts.open(context)
        question.pointee.context = context.handle
        return await withUnsafeContinuation { continuation in
            waiting.withLockedValue { $0 = continuation }
            plugin.services.workers.enqueue(context.label) { self.ask(context) }
        }
    }

    private func ask(_ context: CallContext) {
        let outcome = facet.read(facet.user, question)
        guard outcome != 2, facet.plugin.services.contexts[context.handle] != nil else { return }
        finish(nil)
    }

    /// Takes the plugin's answer.
    func answer(_ bytes: UnsafeBufferPointer<UInt8>) -> hearth_status {
        guard case .array(let values)? = try? JSONValue(parsing: UnsafeRawBufferPointer(bytes)), values.count == users.count
        else {
            finish(nil)
            return Status.invalid
        }
        var objects: [JSONObject?] = []
        for value in values {
            switch value {
            case .object(let object): objects.append(object)
            case .null: objects.append(nil)
            case .boolean, .integer, .number, .string, .array:
                finish(nil)
                return Status.invalid
            }
        }
        return finish(objects)
    }

    @discardableResult
    private func finish(_ objects: [JSONObject?]?) -> hearth_status {
        guard let context = context.withLockedValue({ $0 }) else { return Status.stale }
        guard facet.plugin.services.contexts.close(context) else { return facet.plugin.reportStale("answer_facet") }
        self.context.withLockedValue { $0 = nil }
        facet.plugin.services.finished(context)
        if objects == nil {
            facet.plugin.logger.warning("A facet gave no proper answer and is left out", metadata: ["facet": "\(facet.name)"])
        }
        resume(objects)
        return Status.ok
    }

    /// The answer did not come in time: it is left out.
    func giveUp() {
        guard let waiting = takeWaiting() else { return }
        facet.plugin.logger.warning("A facet is late and is left out", metadata: ["facet": "\(facet.name)"])
        WorkLabel.with(.host) { waiting.resume(returning: nil) }
    }

    private func resume(_ objects: [JSONObject?]?) {
        let waiting = takeWaiting()
        WorkLabel.with(.host) { waiting?.resume(returning: objects) }
    }

    /// Whoever waits, for the first one who asks.
    private func takeWaiting() -> UnsafeContinuation<[JSONObject?]?, Never>? {
        waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
}
