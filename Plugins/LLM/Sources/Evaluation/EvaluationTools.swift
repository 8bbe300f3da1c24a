import HearthKit

/// The four tools of an evaluation. They read what the request holds about its one user and nothing else, change nothing, and take
/// no ids: whatever a model calls, there is nobody else's data to be had.
struct EvaluationTools: ToolBox {
    let request: EvaluationRequest

    static let all: [ChatTool] = [
        ChatTool(
            name: "get_user_stats", description: "Level, experience and streaks of the user whose task it is.",
            parameters: arguments([:], required: [])),
        ChatTool(
            name: "get_similar_tasks", description: "Tasks like this one that the user completed, with what they brought.",
            parameters: arguments(
                ["limit": ["type": "integer", "minimum": 1, "maximum": 10]], required: [])),
        ChatTool(
            name: "get_reward_scale", description: "The ranges of experience and coins of each difficulty.",
            parameters: arguments([:], required: [])),
        ChatTool(
            name: "get_category_average", description: "What the user's tasks of a category brought on average.",
            parameters: arguments(["category": ["type": "string", "maxLength": 50]], required: ["category"])),
    ]

    private static func arguments(_ properties: JSONValue, required: [JSONValue]) -> JSONValue {
        ["type": "object", "properties": properties, "required": .array(required), "additionalProperties": false]
    }

    var tools: [ChatTool] { Self.all }

    func answer(_ name: String, _ arguments: JSONValue) -> JSONValue? {
        switch name {
        case "get_user_stats": stats
        case "get_similar_tasks": similar(atMost: arguments["limit"]?.int ?? 5)
        case "get_reward_scale": Self.scale
        case "get_category_average": average(of: arguments["category"]?.string ?? "")
        default: nil
        }
    }

    private var stats: JSONValue {
        var json = JSONWriter()
        request.user.write(to: &json)
        return .read(json.text)
    }

    private static let scale: JSONValue = {
        var scale = JSONObject()
        for difficulty in Difficulty.allCases {
            let range = difficulty.rewards
            scale[difficulty.rawValue] = [
                "xp_min": .integer(Int64(range.xp.lowerBound)), "xp_max": .integer(Int64(range.xp.upperBound)),
                "coins_min": .integer(Int64(range.coins.lowerBound)), "coins_max": .integer(Int64(range.coins.upperBound)),
            ]
        }
        return .object(scale)
    }()

    /// The tasks that share the most words with this one; of equals the later one.
    private func similar(atMost limit: Int) -> JSONValue {
        let words = Self.words(of: request.task.title)
        let ranked = request.history.enumerated()
            .map { (task: $1, shared: Self.words(of: $1.title).intersection(words).count, place: $0) }
            .filter { $0.shared > 0 || ($0.task.category != nil && $0.task.category == request.task.category) }
            .sorted { ($1.shared, $0.place) < ($0.shared, $1.place) }
        return .array(
            ranked.prefix(max(0, limit)).map { entry in
                [
                    "title": .string(entry.task.title), "difficulty": .string(entry.task.difficulty.rawValue),
                    "xp": .integer(Int64(entry.task.xp)), "coins": .integer(Int64(entry.task.coins)),
                ]
            })
    }

    private static func words(of text: String) -> Set<String> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.lazy.filter { $0.count > 2 }.map { String($0) })
    }

    private func average(of category: String) -> JSONValue {
        let tasks = request.history.filter { $0.category == category }
        guard !tasks.isEmpty else { return ["tasks": 0] }
        let (xp, coins) = (tasks.map(\.xp).reduce(0, +), tasks.map(\.coins).reduce(0, +))
        return [
            "tasks": .integer(Int64(tasks.count)), "xp": .integer(Int64(xp / tasks.count)),
            "coins": .integer(Int64(coins / tasks.count)),
        ]
    }
}
