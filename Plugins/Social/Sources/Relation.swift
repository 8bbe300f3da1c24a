import HearthKit

/// What is between two users: a request, a friendship, blocks.
///
/// A block is invisible to the blocked. He is no friend any more, as if he had been removed; he may ask again, and waits; the one who
/// blocks sees nothing of it until he lifts the block.
struct Relation: Row, Hashable {
    /// How far they have come.
    enum Status: String, Column, CaseIterable {
        /// Neither friends nor asked.
        case none
        /// One has asked, and the other has not answered.
        case pending
        /// Friends.
        case accepted
    }

    let pair: Pair
    /// Of the request, and of the friendship that it became; another one with each request.
    private(set) var id: UUID
    private(set) var status: Status
    /// Who has asked, also once they are friends; nil for nobody.
    private(set) var requesterID: UUID?
    /// When the request was made; once they are friends, when it was accepted.
    private(set) var since: Timestamp
    private var lowBlocks: Bool
    private var highBlocks: Bool

    /// Two users who have nothing to do with each other.
    init(of pair: Pair, id: UUID, at now: Timestamp) {
        self.pair = pair
        self.id = id
        status = .none
        since = now
        lowBlocks = false
        highBlocks = false
    }

    init(row: inout RowReader) throws {
        pair = Pair(try row.next(), try row.next())
        id = try row.next()
        status = try row.next()
        requesterID = try row.next()
        since = try row.next()
        lowBlocks = try row.next()
        highBlocks = try row.next()
    }

    /// Whether there is nothing to remember.
    var isEmpty: Bool { status == .none && !lowBlocks && !highBlocks }

    /// The blocks of both, in the order of the pair.
    var blocks: (low: Bool, high: Bool) { (lowBlocks, highBlocks) }

    /// Whether one of the two blocks the other.
    func isBlocked(by user: UUID) -> Bool { user == pair.low ? lowBlocks : highBlocks }

    /// One of the two wants to be a friend of the other: who was asked already accepts.
    ///
    /// - Parameter id: Of the request, if it becomes one.
    /// - Throws: ``Failure`` 403 when he blocks the other; 400 when they are friends or he has asked already.
    mutating func request(by user: UUID, id: UUID, at now: Timestamp) throws(Failure) {
        guard !isBlocked(by: user) else { throw .cannotRequest }
        switch status {
        case .accepted: throw .alreadyFriends
        case .pending where requesterID == user: throw .alreadyPending
        case .pending: befriend(at: now)
        case .none:
            self.id = id
            status = .pending
            requesterID = user
            since = now
        }
    }

    /// The one who was asked accepts.
    ///
    /// - Throws: ``Failure`` 404 when there is no such request to him.
    mutating func accept(_ id: UUID, by user: UUID, at now: Timestamp) throws(Failure) {
        guard status == .pending, self.id == id, requesterID != user, !isBlocked(by: user) else { throw .requestNotFound }
        befriend(at: now)
    }

    /// The one who was asked refuses, or the one who asked takes it back.
    ///
    /// - Throws: ``Failure`` 404 when there is no such request to him or of his.
    mutating func decline(_ id: UUID, by user: UUID) throws(Failure) {
        guard status == .pending, self.id == id, requesterID == user || !isBlocked(by: user) else { throw .requestNotFound }
        part()
    }

    /// One of the two ends the friendship.
    ///
    /// - Throws: ``Failure`` 404 when they are not friends.
    mutating func remove() throws(Failure) {
        guard status == .accepted else { throw .friendshipNotFound }
        part()
    }

    /// One of the two wants nothing more to do with the other. What the other has asked stays as it is, to him.
    mutating func block(by user: UUID) {
        setBlock(by: user, true)
        if status == .accepted || requesterID == user { part() }
    }

    /// One of the two lifts his block.
    mutating func unblock(by user: UUID) { setBlock(by: user, false) }

    private mutating func befriend(at now: Timestamp) {
        status = .accepted
        since = now
    }

    private mutating func part() {
        status = .none
        requesterID = nil
    }

    private mutating func setBlock(by user: UUID, _ blocks: Bool) {
        if user == pair.low { lowBlocks = blocks } else { highBlocks = blocks }
    }
}
