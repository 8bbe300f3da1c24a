import CCrypt
import NIOCore
import NIOPosix
import Synchronization

/// Hashes passwords with bcrypt on a few threads of its own, so that logins never hold up anything else.
final class PasswordHasher: Sendable {
    /// What a comparison says.
    enum Verdict: Equatable {
        case wrong
        /// Right; `isOutdated` when the stored hash is to be replaced by one of the configured cost.
        case right(isOutdated: Bool)
    }

    /// Why nothing was computed.
    enum Failure: Error, Equatable {
        /// The queue is full; worth another try in a few seconds.
        case busy
        /// The system gave no memory or randomness.
        case unavailable
    }

    /// Who may wait beyond those who are being served.
    static let queueLimit = 64

    let cost: Int
    private let pool: NIOThreadPool
    private let capacity: Int
    private let admitted = Atomic<Int>(0)
    private let placeholder: BcryptHash

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - cost: The cost of new hashes: each step doubles the time.
    ///   - threads: How many are computed at once.
    ///   - queueLimit: How many may wait.
    init(cost: Int, threads: Int = max(1, System.coreCount - 1), queueLimit: Int = PasswordHasher.queueLimit) {
        self.cost = cost
        capacity = threads + queueLimit
        placeholder = .placeholder(cost: cost)
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    // The threads end after what has begun; nobody can be waiting, since who waits holds the hasher.
    deinit { pool.shutdownGracefully { _ in } }

    /// Makes a hash to store.
    func hash(_ password: Password) async throws -> String {
        let cost = cost
        return try await compute {
            guard let setting = Self.setting(cost: cost), let hash = Self.bcrypt(password, setting: setting) else {
                throw Failure.unavailable
            }
            return hash
        }
    }

    /// Compares a password with a stored hash. Without one, or with one that is malformed, it is wrong after the same time.
    func verify(_ password: Password, against stored: String?) async throws -> Verdict {
        let known = stored.flatMap(BcryptHash.init)
        let hash = known ?? placeholder
        let isSame = try await compute {
            guard let computed = Self.bcrypt(password, setting: hash.text) else { throw Failure.unavailable }
            return hash.isSame(as: computed)
        }
        guard isSame, known != nil else { return .wrong }
        return .right(isOutdated: hash.cost != cost)
    }

    private func compute<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        defer { admitted.subtract(1, ordering: .relaxed) }
        guard admitted.add(1, ordering: .relaxed).newValue <= capacity else { throw Failure.busy }
        return try await pool.runIfActive(body)
    }

    private static func bcrypt(_ password: Password, setting: String) -> String? {
        text { hearth_bcrypt(password.text, setting, $0) }
    }

    private static func setting(cost: Int) -> String? {
        text { hearth_bcrypt_setting(UInt(cost), $0) }
    }

    /// What a function of C writes; nil when it fails.
    private static func text(_ write: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(HEARTH_BCRYPT_SIZE)) { buffer in
            guard let start = buffer.baseAddress, write(start) == 0 else { return nil }
            return String(validatingCString: start)
        }
    }
}
