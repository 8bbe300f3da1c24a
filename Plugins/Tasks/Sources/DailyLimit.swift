import HearthKit

/// How much experience all tasks together can bring a user on a day of his.
///
/// A day that has begun to count lasts until a later one does: who travels back to a day before it is still paid for it.
struct DailyLimit: Sendable {
    /// nil for any.
    let xp: Int?

    /// Takes the reward of a task from what is left of a user's day: exactly, however many tasks are completed at the same time.
    ///
    /// - Parameters:
    ///   - reward: Experience.
    ///   - user: Whose task it is.
    ///   - day: The user's own.
    ///   - transaction: In which the task is completed.
    /// - Returns: The reward, or what was left.
    func take(_ reward: Int, of user: UUID, on day: LocalDate, in transaction: Context) async throws -> Int {
        guard let xp else { return reward }
        return try await transaction.first(Self.taking(min(reward, xp), within: xp, of: user, on: day)) ?? 0
    }

    private static func taking(_ reward: Int, within limit: Int, of user: UUID, on day: LocalDate) -> SQL {
        let later: SQL = "SELECT max(d.day) FROM tasks_days d WHERE d.user_id = \(user) AND d.day > \(day)"
        return """
            INSERT INTO tasks_days (user_id, day, xp, latest_xp)
            VALUES (\(user), coalesce((\(later)), \(day)), \(reward), \(reward))
            ON CONFLICT (user_id, day) DO UPDATE SET
                xp = tasks_days.xp + greatest(0, least(excluded.latest_xp, \(limit) - tasks_days.xp)),
                latest_xp = greatest(0, least(excluded.latest_xp, \(limit) - tasks_days.xp))
            RETURNING latest_xp
            """
    }

    /// Forgets days that are over for everybody, wherever he is.
    static func expiry(before day: LocalDate) -> SQL { "DELETE FROM tasks_days WHERE day < \(day)" }
}
