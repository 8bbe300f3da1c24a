import HearthDatabase
import HearthHTTP
import Synchronization

/// A connection that must not outlive the token by which it was opened.
protocol SessionHolder: AnyObject, Sendable {
    /// Closes the connection.
    func close(_ code: WebSocketCloseCode, _ reason: String)
}

/// The connections of this host that were opened by a token: closes them when it expires, is revoked, or its user may not stay.
final class Sessions: Sendable {
    private struct Entry {
        let holder: any SessionHolder
        let actor: Actor
    }

    private let clock: any HostClock
    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])
    /// Tells whether tokens are still valid.
    private let validity = Mutex<(@Sendable (Actor) async throws -> Bool)?>(nil)

    init(clock: any HostClock) { self.clock = clock }

    /// Sets who tells whether the token of somebody is still valid.
    func check(by validity: @escaping @Sendable (Actor) async throws -> Bool) { self.validity.withLock { $0 = validity } }

    /// Watches a connection.
    func add(_ holder: any SessionHolder, _ actor: Actor) {
        entries.withLock { $0[ObjectIdentifier(holder)] = Entry(holder: holder, actor: actor) }
    }

    /// The connection is over.
    func remove(_ holder: any SessionHolder) { entries.withLock { $0[ObjectIdentifier(holder)] = nil } }

    /// Closes what has expired.
    func closeExpired() {
        let seconds = clock.now / 1_000_000
        for entry in matching({ $0.session.map { $0.expiresAt <= seconds } ?? false }) {
            entry.holder.close(.unauthorized, "The token has expired")
        }
    }

    /// Something has changed about tokens or users: their connections are looked at, and closed if they may not stay.
    func changed(_ ids: Set<DatabaseUUID>) {
        let concerned = matching { actor in
            ids.contains(actor.userID) || actor.session.map { ids.contains($0.id) } ?? false
        }
        guard !concerned.isEmpty, let validity = validity.withLock({ $0 }) else { return }
        Task {
            for entry in concerned {
                // A database that does not answer closes nothing: the next change, or the expiry, will.
                if let isValid = try? await validity(entry.actor), !isValid {
                    entry.holder.close(.unauthorized, "The token was revoked")
                }
            }
        }
    }

    private func matching(_ isMeant: (Actor) -> Bool) -> [Entry] {
        entries.withLock { entries in entries.values.filter { isMeant($0.actor) } }
    }
}

extension WebSocketCloseCode {
    /// The token has expired or was revoked: log in before connecting again.
    static let unauthorized = WebSocketCloseCode(rawValue: 4401)
}
