import HearthKit
import Testing

@testable import Social

/// What two users can do to each other, and what comes of it.
struct RelationTests {
    private let ada = Self.id(1)
    private let bob = Self.id(2)
    private let noon = Timestamp(microseconds: 1_795_176_000_000_000)

    private static func id(_ number: Int) -> UUID {
        UUID("019a0f5e-6a00-7000-8000-00000000000\(number)") ?? .zero
    }

    private func strangers() -> Relation { Relation(of: Pair(ada, bob), id: Self.id(9), at: noon) }

    private func refused(_ failure: Failure, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("not refused: \(failure)")
        } catch {
            #expect("\(error)" == "\(failure)")
        }
    }

    private func friends() throws -> Relation {
        var relation = strangers()
        try relation.request(by: ada, id: Self.id(3), at: noon)
        try relation.accept(Self.id(3), by: bob, at: noon + .seconds(60))
        return relation
    }

    @Test func `a pair is the same whoever is named first`() {
        #expect(Pair(ada, bob) == Pair(bob, ada))
        #expect(Pair(bob, ada).low == ada && Pair(ada, bob).high == bob)
        #expect(Pair(ada, bob).other(than: ada) == bob && Pair(ada, bob).other(than: bob) == ada)
    }

    @Test func `who was asked accepts, once, and nobody else does`() throws {
        var relation = strangers()
        try relation.request(by: ada, id: Self.id(3), at: noon)
        #expect(relation.status == .pending && relation.requesterID == ada && relation.id == Self.id(3))
        refused(.requestNotFound) { try relation.accept(Self.id(3), by: ada, at: noon) }
        refused(.requestNotFound) { try relation.accept(Self.id(9), by: bob, at: noon) }
        try relation.accept(Self.id(3), by: bob, at: noon + .seconds(60))
        #expect(relation.status == .accepted && relation.since == noon + .seconds(60) && relation.id == Self.id(3))
        refused(.requestNotFound) { try relation.accept(Self.id(3), by: bob, at: noon) }
        refused(.requestNotFound) { try relation.decline(Self.id(3), by: bob) }
        refused(.alreadyFriends) { try relation.request(by: bob, id: Self.id(4), at: noon) }
    }

    @Test func `two who ask each other are friends`() throws {
        var relation = strangers()
        try relation.request(by: ada, id: Self.id(3), at: noon)
        refused(.alreadyPending) { try relation.request(by: ada, id: Self.id(4), at: noon) }
        try relation.request(by: bob, id: Self.id(4), at: noon)
        #expect(relation.status == .accepted && relation.requesterID == ada && relation.id == Self.id(3))
    }

    @Test func `a request that was refused or taken back may be made again, and the old one is over`() throws {
        for refuser in [ada, bob] {
            var relation = strangers()
            try relation.request(by: ada, id: Self.id(3), at: noon)
            try relation.decline(Self.id(3), by: refuser)
            #expect(relation.isEmpty && relation.requesterID == nil)
            try relation.request(by: ada, id: Self.id(4), at: noon)
            refused(.requestNotFound) { try relation.accept(Self.id(3), by: bob, at: noon) }
            refused(.requestNotFound) { try relation.decline(Self.id(3), by: ada) }
            try relation.accept(Self.id(4), by: bob, at: noon)
        }
    }

    @Test func `either of two friends ends it`() throws {
        var relation = try friends()
        try relation.remove()
        #expect(relation.isEmpty)
        refused(.friendshipNotFound) { try relation.remove() }
    }

    @Test func `a block ends the friendship and hides what the blocked asks until it is lifted`() throws {
        var relation = try friends()
        relation.block(by: bob)
        #expect(relation.status == .none && !relation.isEmpty && relation.isBlocked(by: bob) && !relation.isBlocked(by: ada))
        refused(.cannotRequest) { try relation.request(by: bob, id: Self.id(5), at: noon) }
        try relation.request(by: ada, id: Self.id(4), at: noon)
        refused(.requestNotFound) { try relation.accept(Self.id(4), by: bob, at: noon) }
        refused(.requestNotFound) { try relation.decline(Self.id(4), by: bob) }
        relation.unblock(by: bob)
        #expect(relation.status == .pending && !relation.isBlocked(by: bob))
        try relation.accept(Self.id(4), by: bob, at: noon)
    }

    @Test func `a block takes back one's own request and leaves the other's`() throws {
        var mine = strangers()
        try mine.request(by: ada, id: Self.id(3), at: noon)
        mine.block(by: ada)
        #expect(mine.status == .none)
        var others = strangers()
        try others.request(by: ada, id: Self.id(3), at: noon)
        others.block(by: bob)
        #expect(others.status == .pending && others.requesterID == ada)
        try others.decline(Self.id(3), by: ada)
        #expect(others.status == .none && !others.isEmpty)
    }

    /// Whatever they do, in whichever order.
    @Test(arguments: 0..<20) func `friends never block each other, and each request has somebody who made it`(seed: UInt64) throws
    {
        var random = SplitMix(state: seed)
        var relation = strangers()
        var accepted = 0
        for step in 0..<500 {
            let user = Bool.random(using: &random) ? ada : bob
            let id = relation.id
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try? relation.request(by: user, id: Self.id(step % 9), at: noon)
            case 1: try? relation.accept(id, by: user, at: noon)
            case 2: try? relation.decline(id, by: user)
            case 3: try? relation.remove()
            case 4: relation.block(by: user)
            default: relation.unblock(by: user)
            }
            let isBlocked = relation.isBlocked(by: ada) || relation.isBlocked(by: bob)
            if relation.status == .accepted {
                accepted += 1
                #expect(!isBlocked)
            }
            #expect((relation.status == .none) == (relation.requesterID == nil))
            #expect(relation.isEmpty == (relation.status == .none && !isBlocked))
            if let requester = relation.requesterID, relation.status == .pending {
                #expect(!relation.isBlocked(by: requester))
            }
        }
        #expect(accepted > 0)
    }
}

/// Numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
