import HearthKit

extension KitFeatures {
    /// A route that goes through all users, in a transaction if that is wanted, and looks them up in other ways too.
    static func addUsers(to routes: Routes) {
        routes.route(.get, "/kit-features/users", "List all users", query: UserPages.self) { request -> [String] in
            let size = request.query.size
            guard request.query.isInTransaction else { return try await request.context.names(by: size) }
            return try await request.context.transaction { try await $0.names(by: size) }
        }
    }
}

extension Context {
    fileprivate func names(by size: Int) async throws -> [String] {
        var (all, page): ([User], [User]) = ([], [])
        repeat {
            page = try await users(after: page.last?.id, limit: size)
            guard zip(page, page.dropFirst()).allSatisfy({ $0.id < $1.id }) else { throw Failure(500, "not by id") }
            all += page
        } while page.count == size
        for user in all {
            let found = try await users([user.id])
            let matching = try await users(matching: user.friendCode)
            guard found.map(\.username) == [user.username], matching.users.map(\.id) == [user.id] else {
                throw Failure(500, "\(user.username) is not found")
            }
        }
        return all.map(\.username)
    }
}

/// How many users to a page.
struct UserPages: Input {
    var size = 2
    var isInTransaction = false

    static let schema = Schema<UserPages>("UserPages") {
        Field("size", \.size, .range(1...1000))
        Field("transaction", \.isInTransaction)
    }
}
