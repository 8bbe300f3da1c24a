import HearthKit

/// Under which ids the records of a file are kept: their own, unless somebody else has a habit of that id, as when a file comes
/// back to the same host in another account. Then the habit and its completions get ids that follow from the file's and the
/// user's, so that they are the same each time.
struct ImportedIDs {
    private let user: UUID
    /// The habits of the file that have another id.
    private var renamed: Set<UUID> = []

    init(of file: ImportFile, for user: UUID, on context: Context) async throws {
        self.user = user
        let ids = Set(file.habits.map(\.record.id) + file.completions.map(\.record.habitID))
        var owners: [UUID: UUID] = [:]
        // A list has at most 10,000 values.
        let asked = Array(ids) + ids.map(other)
        for start in stride(from: 0, to: asked.count, by: 10_000) {
            let page: [OwnerOfHabit] = try await context.query(
                OwnerOfHabit.of(Array(asked[start..<min(start + 10_000, asked.count)])))
            for row in page { owners[row.habit] = row.user }
        }
        for id in ids where owners[id] != user && (owners[id] != nil || owners[other(id)] == user) { renamed.insert(id) }
    }

    /// The id of a habit of the file.
    subscript(habit: UUID) -> UUID { renamed.contains(habit) ? other(habit) : habit }

    /// The id of a completion of the file.
    func id(of completion: UUID, in habit: UUID) -> UUID { renamed.contains(habit) ? other(completion) : completion }

    private func other(_ id: UUID) -> UUID { UUID(named: "\(id)", in: user) }
}

/// Whose a habit is.
private struct OwnerOfHabit: Row {
    let habit: UUID
    let user: UUID

    init(row: inout RowReader) throws {
        habit = try row.next()
        user = try row.next()
    }

    static func of(_ ids: [UUID]) -> SQL { "SELECT id, user_id FROM habits WHERE id IN \(in: ids)" }
}
