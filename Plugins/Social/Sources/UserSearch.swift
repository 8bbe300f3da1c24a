import HearthKit

/// Whom to look for.
struct UserSearchQuery: Input {
    var text = ""
    var page = PageQuery()

    static let schema = Schema<UserSearchQuery>("UserSearchQuery") {
        Field("q", \.text, .required, .length(2...50), .docs("Part of the username or of the name shown, in any case."))
        Include(\.page)
    }
}

/// A page of those who were found.
struct UserSearchResponse: Output {
    let users: [FoundUser]
    let total: Int

    static let schema = Schema<UserSearchResponse>("UserSearchResponse") {
        Field("users") { $0.users }
        Field("total", .docs("Of all pages.")) { $0.total }
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
        let friends = try await friendIDs(of: user)
        // In lower case no text is taken for a friend code alone.
        let found = try await users(
            matching: query.text.lowercased(), foundBy: user, knowing: friends, limit: query.page.limit,
            offset: query.page.offset)
        let people = try await people(with: found.users)
        let known = Set(friends)
        return UserSearchResponse(
            users: people.map { FoundUser(person: $0, isFriend: known.contains($0.user.id)) }, total: found.total)
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
