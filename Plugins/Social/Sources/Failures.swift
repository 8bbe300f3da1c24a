import HearthKit

/// What these routes refuse, in the words that clients know.
extension Failure {
    static let userNotFound = Failure.notFound("User not found")
    static let requestNotFound = Failure.notFound("Friend request not found")
    static let friendshipNotFound = Failure.notFound("Friendship not found")
    static let invalidCode = Failure.notFound("Invalid friend code")
    static let requestToOneself = Failure.badRequest("You cannot send a friend request to yourself")
    static let codeOfOneself = Failure.badRequest("You cannot add yourself as a friend")
    static let blockOfOneself = Failure.badRequest("You cannot block yourself")
    static let alreadyFriends = Failure.badRequest("You are already friends with this user")
    static let alreadyPending = Failure.badRequest("Friend request already pending")
    static let tooManyFriends = Failure.badRequest("You have as many friends as you can have")
    static let otherHasTooManyFriends = Failure.badRequest("This user has as many friends as he can have")
    static let tooManyRequests = Failure.badRequest("Too many of your friend requests are unanswered: cancel one first")
    static let cannotRequest = Failure.forbidden("Cannot send request to this user")
}
