extension SQLRules {
    /// The translations of statements, with what they are run with.
    func calls(_ statements: [Statement], scope: TableScope) -> Result<[SQLiteCall.CheckedCall], DatabaseError> {
        do throws(DatabaseError) {
            guard !statements.isEmpty else { throw DatabaseError(.refused, "there is no statement to run") }
            guard statements.count <= DatabaseLimits.statements else {
                throw DatabaseError(.tooLarge, "a call takes at most \(DatabaseLimits.statements) statements")
            }
            var calls: [SQLiteCall.CheckedCall] = []
            calls.reserveCapacity(statements.count)
            for statement in statements {
                let checked = try checked(statement.sql, scope: scope)
                try checked.check(statement.parameters)
                calls.append(SQLiteCall.CheckedCall(statement: checked, values: statement))
            }
            return .success(calls)
        } catch {
            return .failure(error)
        }
    }
}
