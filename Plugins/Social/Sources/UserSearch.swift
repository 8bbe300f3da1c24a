import HearthKit

/// Whom to look for.
struct UserSearchQuery: Input {
    var text = ""
    var page = 1
    var pageSize = 20

    static let schema = Schema<UserSearchQuery>("UserSearchQuery") {
        Field("q", \.text, .required, .length(2...50), .docs("Part of the username or of the name shown, in any case."))
        Field("page", \.page, .range(1...50))
        Field("page_size", \.pageSize, .range(1...100))
    }
}

/// A page of those who were found.
struct UserSearchResponse: Output {
    let users: [FoundUser]
    let total: Int
    let query: UserSearchQuery

    static let schema = Schema<UserSearchResponse>("UserSearchResponse") {
        Field("users") { $0.users }
        Field("total", .docs("Of all pages; a search finds a hundred at most.")) { $0.total }
        Field("page") { $0.query.page }
        Field("page_size") { $0.query.pageSize }
        Field("pages", .docs("At least 1.")) { max(1, ($0.total + $0.query.pageSize - 1) / $0.query.pageSize) }
    }
}

/// Somebody who was found: without his friend code, which is his to give.
struct FoundUser: Output {
    let person: Person
    let isFriend: Bool

    static let schema = Schema<FoundUser>("FoundUser") {
        Field("id") { $0.person.user.id }
        Field("username") { $0.person.user.username }
        Field("display_name") { $0.person.user.displayName }
        Field("avatar_url") { $0.person.user.avatarURL }
        Field("character_name") { $0.person.character.name }
        Field("character_class") { $0.person.character.characterClass }
        Field("level") { $0.person.character.level }
        Field("is_public") { $0.person.user.isPublic }
        Field("is_friend") { $0.isFriend }
    }
}

extension Context {
    /// Finds people with a public profile and friends by part of a name, by username.
    func search(_ query: UserSearchQuery, by user: UUID) async throws -> UserSearchResponse {
        let friends = Set(try await friendIDs(of: user))
        let found = try await users(matching: query.text.lowercased(), limit: 100)
            .filter { ($0.isPublic || friends.contains($0.id)) && $0.id != user }
            .sorted { $0.username < $1.username }
        let page = found.dropFirst((query.page - 1) * query.pageSize).prefix(query.pageSize)
        let people = try await people(page.map(\.id))
        return UserSearchResponse(
            users: page.compactMap { user in people[user.id].map { FoundUser(person: $0, isFriend: friends.contains(user.id)) } },
            total: found.count, query: query)
    }
}

extension Routes {
    /// The search.
    func addSearch() {
        route(
            .get, "/friends/search", "Search users with a public profile, and friends", query: UserSearchQuery.self,
            options: RouteOptions(docs: "By username. Whose profile is private is found by his friends alone.")
        ) { request in
            try await request.context.search(request.query, by: request.user.id)
        }
    }
}
