import HearthKit

/// Something to be proud of, that a user is given once and keeps.
struct Badge: Row, Equatable {
    let id: UUID
    let code: String
    let name: String
    let description: String
    let descriptionInEnglish: String
    let icon: String
    let rarity: Rarity
    /// Experience that comes with it.
    let xp: Int
    /// What earns it, as clients see it.
    let conditionType: String
    let conditionValue: JSONObject
    /// Not shown before it is there.
    let isSecret: Bool
    let isSeasonal: Bool
    /// What earns it.
    let condition: BadgeCondition

    init(row: inout RowReader) throws {
        id = try row.next()
        code = try row.next()
        name = try row.next()
        description = try row.next()
        descriptionInEnglish = try row.next()
        icon = try row.next()
        rarity = try row.next()
        xp = try row.next()
        conditionType = try row.next()
        let value: JSONValue = try row.next()
        if case .object(let members) = value { conditionValue = members } else { conditionValue = [:] }
        isSecret = try row.next()
        isSeasonal = try row.next()
        condition = BadgeCondition(type: conditionType, conditionValue)
    }

    /// Whether nobody is shown it before he has it: it is a secret, or nothing that he could do earns it.
    var isHidden: Bool { isSecret || condition == .never }

    /// The description in a language.
    func description(in language: Language) -> String { language == .english ? descriptionInEnglish : description }

    private static let columns: SQL = """
        id, code, name, description, description_en, icon, rarity, xp_reward, condition_type, condition_value, is_secret, \
        is_seasonal
        """

    /// All that there are, the plainest first.
    static let all: SQL = "SELECT \(columns) FROM rpg_badges ORDER BY rarity, name, id"
}
