import HearthKit

extension KitFeatures {
    /// A route that goes through all users.
    static func addUsers(to routes: Routes) {
        routes.route(.get, "/kit-features/users", "List all users", query: UserPages.self) { request -> [String] in
            var (names, page): ([String], [User]) = ([], [])
            repeat {
                page = try await request.context.users(after: page.last?.id, limit: request.query.size)
                guard zip(page, page.dropFirst()).allSatisfy({ $0.id < $1.id }) else { throw Failure(500, "not by id") }
                names += page.map(\.username)
            } while page.count == request.query.size
            return names
        }
    }
}

/// How many users to a page.
struct UserPages: Input {
    var size = 2

    static let schema = Schema<UserPages>("UserPages") {
        Field("size", \.size, .range(1...1000))
    }
}
