import HearthKit

private let userID = PathParameter<UUID>("user_id", "The other user.")
private let requestID = PathParameter<UUID>("request_id", "The request.")
private let code = PathParameter<FriendCode>("code", "The other user's friend code, in any case.")

extension Routes {
    /// Friends and requests.
    func addFriends(within limits: FriendLimits) {
        let asking: [Failure] = [
            .alreadyFriends, .alreadyPending, .tooManyFriends, .otherHasTooManyFriends, .tooManyRequests, .cannotRequest,
        ]

        route(.get, "/friends/", "List friends, the oldest friendship first", query: PageQuery.self) { request in
            try await request.context.friends(of: request.user.id, request.query)
        }
        route(.get, "/friends/pending", "List unanswered requests, others' and one's own") { request in
            try await request.context.pendingRequests(of: request.user.id)
        }
        route(
            .get, "/friends/code", "Show one's friend code",
            options: RouteOptions(docs: "Whoever is told it can ask to be a friend.")
        ) { request in
            try await request.context.friendCode(of: request.user.id)
        }
        route(
            .post, "/friends/code/\(code)", "Ask the user with a code to be a friend", status: 201,
            options: RouteOptions(failures: [.codeOfOneself] + asking + [.invalidCode])
        ) { request in
            let user = try request.user.id
            let other = try await request.context.user(with: request[code])
            guard other != user else { throw Failure.codeOfOneself }
            return try await request.context.request(other, by: user, within: limits)
        }
        route(
            .post, "/friends/request/\(userID)", "Ask a user to be a friend", status: 201,
            options: RouteOptions(
                failures: [.requestToOneself] + asking + [.userNotFound],
                docs: "Who has been asked by the other one accepts. A request that was refused may be made again.")
        ) { request in
            try await request.context.request(request[userID], by: request.user.id, within: limits)
        }
        route(
            .post, "/friends/accept/\(requestID)", "Accept a request",
            options: RouteOptions(failures: [.tooManyFriends, .otherHasTooManyFriends, .requestNotFound])
        ) { request in
            try await request.context.accept(request[requestID], by: request.user.id, within: limits)
        }
        route(
            .post, "/friends/reject/\(requestID)", "Refuse a request, or take back one's own", status: 204,
            options: RouteOptions(failures: [.requestNotFound])
        ) { request in
            try await request.context.decline(request[requestID], by: request.user.id)
            return Nothing()
        }
        route(
            .delete, "/friends/\(userID)", "Remove a friend", status: 204, options: RouteOptions(failures: [.friendshipNotFound])
        ) { request in
            try await request.context.remove(request[userID], by: request.user.id)
            return Nothing()
        }
    }

    /// Blocks.
    func addBlocks() {
        route(.get, "/friends/blocked", "List those whom one blocks", query: PageQuery.self) { request in
            try await request.context.blockedUsers(of: request.user.id, request.query)
        }
        route(
            .put, "/friends/blocked/\(userID)", "Block a user", status: 204,
            options: RouteOptions(
                failures: [.blockOfOneself, .userNotFound],
                docs: "Ends the friendship. The other one is not told, and what he asks from now on is not shown.")
        ) { request in
            try await request.context.block(request[userID], by: request.user.id)
            return Nothing()
        }
        route(
            .delete, "/friends/blocked/\(userID)", "Lift a block", status: 204,
            options: RouteOptions(docs: "What the other one has asked meanwhile is shown again.")
        ) { request in
            try await request.context.unblock(request[userID], by: request.user.id)
            return Nothing()
        }
    }
}
