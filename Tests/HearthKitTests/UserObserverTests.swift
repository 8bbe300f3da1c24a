import CHearth
import HearthJSON
import Testing

@testable import HearthKit

private struct Known: Output {
    let name: String
    static let schema = Schema<Known>("Known") { Field("name") { $0.name } }
}

/// What plugins do when something happens to an account.
struct UserObserverTests {
    private let ada = UUID("019a0f5e-6a00-7000-8000-000000000001") ?? .zero

    @Test func `what is known about a user is told as JSON when it is asked for, and of others nothing`() async throws {
        let host = FakeHost()
        try host.register { setup in
            setup.exportUserData { _, user -> Known? in user == ada ? Known(name: "Ada") : nil }
        }
        let exported = hearth_user_event(HEARTH_USER_EXPORTED)
        #expect(await host.observe(exported, of: ada) == .output(#"{"name":"Ada"}"#))
        #expect(await host.observe(exported, of: .zero) == .output(""))
        #expect(await host.observe(UserEvent.created.rawValue, of: ada) == nil)
    }

    @Test func `steps that are observed happen, unless the observer says no`() async throws {
        let host = FakeHost()
        try host.register { setup in
            setup.observeUsers([.created, .changed]) { _, change in
                if change.event == .changed { throw Failure.badRequest("Not today") }
            }
        }
        #expect(await host.observe(UserEvent.created.rawValue, of: ada) == .output(""))
        guard case .error(_, _, message: "Not today") = await host.observe(UserEvent.changed.rawValue, of: ada) else {
            return #expect(Bool(false))
        }
        #expect(await host.observe(UserEvent.erased.rawValue, of: ada) == nil)
    }
}
