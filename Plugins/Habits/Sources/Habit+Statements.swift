import HearthKit

/// The statements on the table of habits. Each names the user: what belongs to others does not exist.
extension Habit {
    /// The habits of a user in their order, without archived ones unless asked for.
    static func list(of user: UUID, archived: Bool = false, category: String? = nil) -> SQL {
        let unarchived: SQL = archived ? "" : "AND archived_at IS NULL"
        return """
            SELECT \(columns) FROM habits
            WHERE user_id = \(user) AND category = coalesce(\(category), category) \(unarchived)
            ORDER BY position, created_at, id
            """
    }

    /// A habit of a user.
    static func one(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM habits WHERE id = \(id) AND user_id = \(user)"
    }

    /// A habit of a user, which nobody else changes until the transaction ends.
    static func locked(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM habits WHERE id = \(id) AND user_id = \(user) FOR UPDATE"
    }

    /// The habit of one of a user's completions, locked likewise.
    static func locked(ofCompletion id: UUID, of user: UUID) -> SQL {
        """
        SELECT \(columns) FROM habits
        WHERE id = (SELECT habit_id FROM habits_completions WHERE id = \(id) AND user_id = \(user)) FOR UPDATE
        """
    }

    /// Habits in use of all users whose reminder comes within a minute, by id.
    static func page(remindedAt minute: LocalTime, after id: UUID?, limit: Int) -> SQL {
        let last = LocalTime(microseconds: minute.microseconds + 59_999_999)
        let rest: SQL = id.map { "AND id > \($0)" } ?? ""
        return """
            SELECT \(columns) FROM habits
            WHERE reminder_time BETWEEN \(minute) AND \(last) AND archived_at IS NULL \(rest) ORDER BY id LIMIT \(limit)
            """
    }

    /// Takes a habit out of use; a second time changes nothing.
    static func archiving(_ id: UUID, of user: UUID, at now: Timestamp) -> SQL {
        """
        UPDATE habits SET archived_at = coalesce(archived_at, \(now)),
            updated_at = CASE WHEN archived_at IS NULL THEN \(now) ELSE updated_at END
        WHERE id = \(id) AND user_id = \(user) RETURNING \(columns)
        """
    }

    /// Removes a habit and, with it, its completions; tells what it was.
    static func deletion(_ id: UUID, of user: UUID) -> SQL {
        "DELETE FROM habits WHERE id = \(id) AND user_id = \(user) RETURNING \(columns)"
    }

    /// Adds this habit.
    var insertion: SQL {
        """
        INSERT INTO habits (id, user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
            weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
            streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, created_at, updated_at)
        VALUES (\(id), \(userID), \(title), \(description), \(icon), \(color), \(category), \(difficulty), \(isPositive),
            \(isNegative), \(schedule.frequency), \(schedule.weekdays), \(schedule.timesPerWeek), \(schedule.pauses.text),
            \(targetValue), \(unit), \(reminderTime), \(position), \(archivedAt), \(streak.current), \(streak.best), \(streak.through),
            \(lastCompleted?.date), \(lastCompleted?.endsAt), \(totalCompletions), \(totalXPEarned), \(createdAt), \(updatedAt))
        """
    }

    /// Stores what a user can change, and the streak, which depends on the schedule.
    var update: SQL {
        """
        UPDATE habits SET title = \(title), description = \(description), icon = \(icon), color = \(color),
            category = \(category), difficulty = \(difficulty), positive = \(isPositive), negative = \(isNegative),
            frequency = \(schedule.frequency), weekdays = \(schedule.weekdays),
            times_per_week = \(schedule.timesPerWeek), pauses = \(schedule.pauses.text), target_value = \(targetValue), unit = \(unit),
            reminder_time = \(reminderTime), archived_at = \(archivedAt), current_streak = \(streak.current),
            best_streak = \(streak.best), streak_through = \(streak.through), updated_at = \(updatedAt)
        WHERE id = \(id)
        """
    }

    /// Stores what follows from the completions.
    var progressUpdate: SQL {
        """
        UPDATE habits SET current_streak = \(streak.current), best_streak = \(streak.best), streak_through = \(streak.through),
            last_completed_date = \(lastCompleted?.date), last_day_ends_at = \(lastCompleted?.endsAt),
            total_completions = \(totalCompletions), total_xp_earned = \(totalXPEarned)
        WHERE id = \(id)
        """
    }
}

/// How many habits a user has, and the last place in his list.
struct HabitPlaces: Row {
    let count: Int
    let last: Int

    static func ofAll(of user: UUID) -> SQL {
        "SELECT count(*), coalesce(max(position), -1) FROM habits WHERE user_id = \(user)"
    }

    init(row: inout RowReader) throws {
        count = try row.next()
        last = try row.next()
    }
}
