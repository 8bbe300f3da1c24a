import FoundationEssentials
import HearthKit
import Testing

@testable import Stats

/// The order of a ranking, and its published contract.
struct CompletionRankingTests {
    private let users = (1...5).map(identifier).sorted()

    @Test func `a rank is one more than there are users with a higher value, and equals stand by id`() {
        let values = zip(users, [50, 100, 0, 50, 0]).map { RankedUser(userID: $0, value: $1) }
        let expected = [(1, 100, 1), (0, 50, 2), (3, 50, 2), (2, 0, 4), (4, 0, 4)].map {
            RankedUser(userID: users[$0.0], value: $0.1, rank: $0.2)
        }
        #expect(RankedUser.ranked(values) == expected)
        #expect(RankedUser.ranked(values.reversed()) == expected)
        #expect(RankedUser.ranked([]) == [])
    }

    @Test func `what is answered has the members of the contract`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/completion_ranking-1.schema.json")
        let document = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))
        func required(_ method: String, _ direction: String) -> [String] {
            guard case .object(let root) = document, case .object(let methods)? = root["properties"],
                case .object(let found)? = methods[method], case .object(let forms)? = found["properties"],
                case .object(let form)? = forms[direction], case .array(let names)? = form["required"]
            else { return [] }
            return names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        let user = RankedUser(userID: users[0], value: 66, rank: 1)
        let page = try json(TopEntries(entries: [user], total: 1))
        #expect(page.members.map(\.name) == required("top", "output"))
        #expect(page["entries"] == [["user_id": .string("\(users[0])"), "value": 66, "rank": 1]])
        let place = try json(Rank(user: nil, total: 3))
        #expect(place.members.map(\.name) == required("rank", "output"))
        #expect(place == ["rank": .null, "value": 0, "total": 3])
        let query = try TopQuery(
            json: ["metric": "completion", "limit": 5, "offset": 1, "among": [.string("\(users[0])")]])
        #expect(query.limit == 5 && query.offset == 1 && query.among == [users[0]])
    }
}
