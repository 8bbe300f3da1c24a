import Testing

@testable import HearthHost

@Suite struct PasswordTests {
    private let hasher = PasswordHasher(cost: 4)

    @Test func `a password verifies against its hash and another one does not`() async throws {
        let hash = try await hasher.hash(try Password("Correct-horse-1"))
        #expect(hash.hasPrefix("$2b$04$"))
        #expect(try await hasher.verify(try Password("Correct-horse-1"), against: hash) == .right(isOutdated: false))
        #expect(try await hasher.verify(try Password("correct-horse-1"), against: hash) == .wrong)
        #expect(try await hasher.verify(try Password(""), against: hash) == .wrong)
    }

    @Test func `two hashes of one password differ`() async throws {
        let password = try Password("Correct-horse-1")
        #expect(try await hasher.hash(password) != hasher.hash(password))
    }

    @Test func `of 72 bytes all count and 73 are refused`() async throws {
        let first = String(repeating: "a", count: 71) + "b"
        let second = String(repeating: "a", count: 71) + "c"
        let hash = try await hasher.hash(try Password(first))
        #expect(try await hasher.verify(try Password(first), against: hash) == .right(isOutdated: false))
        #expect(try await hasher.verify(try Password(second), against: hash) == .wrong)
        #expect(throws: Password.Refusal.tooLong) { try Password(first + "d") }
        // Bytes and not characters: 24 of them have three each.
        #expect(throws: Never.self) { try Password(String(repeating: "€", count: 24)) }
        #expect(throws: Password.Refusal.tooLong) { try Password(String(repeating: "€", count: 24) + "a") }
        #expect(throws: Password.Refusal.tooLong) { try Password(String(repeating: "a", count: 1 << 20)) }
    }

    @Test func `NUL is refused because C would stop there`() {
        #expect(throws: Password.Refusal.containsNUL) { try Password("Correct\u{0}horse") }
    }

    @Test func `spellings of Unicode are different passwords`() async throws {
        let hash = try await hasher.hash(try Password("Caf\u{E9}-1234"))
        #expect(try await hasher.verify(try Password("Cafe\u{301}-1234"), against: hash) == .wrong)
    }

    @Test func `a password does not show in text`() throws {
        let password = try Password("Correct-horse-1")
        #expect("\(password) \(String(reflecting: password)) \([password])".contains("horse") == false)
    }

    @Test(arguments: ["2a", "2b", "2y"])
    func `hashes of other makers verify`(prefix: String) async throws {
        // "U*U" of the test vectors of crypt_blowfish.
        let hash = "$\(prefix)$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(try await hasher.verify(try Password("U*U"), against: hash) == .right(isOutdated: true))
        #expect(try await hasher.verify(try Password("U*V"), against: hash) == .wrong)
    }

    @Test(arguments: [
        "", "*0", "$2b$04$", "plain", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW$",
        "$2b$-5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCC CCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$1$abcdefgh$0123456789012345678901",
    ])
    func `a malformed stored hash is a wrong password`(hash: String) async throws {
        #expect(try await hasher.verify(try Password("U*U"), against: hash) == .wrong)
    }

    @Test func `without an account a hash of the configured cost is computed all the same`() async throws {
        let placeholder = BcryptHash.placeholder(cost: 4)
        #expect(BcryptHash(placeholder.text) == placeholder)
        // What cannot be observed without a clock: the queue counts it.
        let full = PasswordHasher(cost: 4, threads: 1, queueLimit: -1)
        await #expect(throws: PasswordHasher.Failure.busy) { try await full.verify(try Password("U*U"), against: nil) }
        #expect(try await hasher.verify(try Password("U*U"), against: nil) == .wrong)
    }

    @Test func `a full queue refuses at once and is usable again afterwards`() async throws {
        let small = PasswordHasher(cost: 10, threads: 1, queueLimit: 2)
        let password = try Password("Correct-horse-1")
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do { _ = try await small.hash(password) } catch {
                        #expect(error as? PasswordHasher.Failure == .busy)
                        return false
                    }
                    return true
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count(where: { $0 }) >= 3)
        #expect(outcomes.contains(false))
        #expect(try await small.hash(password).isEmpty == false)
    }
}
