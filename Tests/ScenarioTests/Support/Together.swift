/// Sends requests at the same time.
///
/// - Parameters:
///   - count: how many
///   - body: sends one, and is told its number
/// - Returns: the answers, as they came
func together(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> TestClient.Answer
) async throws -> [TestClient.Answer] {
    try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
        for number in 0..<count { group.addTask { try await body(number) } }
        var answers: [TestClient.Answer] = []
        for try await answer in group { answers.append(answer) }
        return answers
    }
}
