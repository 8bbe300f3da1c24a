import CHearth

/// What is known about statements, for all connections of a loop.
struct PostgresShapes {
    private struct Key: Hashable {
        let identity: Int
        /// Which parameters have a stated type: four bits each.
        let declared: UInt64
    }

    /// Whether a statement can be sent.
    enum Answer {
        case known(PostgresShape)
        /// To be described by the server first.
        case unknown(PostgresShape)
        /// Without parameters and never checked: sent as it is, once.
        case once
    }

    private static let capacity = 4_096
    private var known: [Key: PostgresShape] = [:]
    private var commands: [String: PostgresShape] = [:]

    /// The shape in which a statement takes certain parameters.
    func find(_ checked: CheckedStatement, _ statement: Statement) throws(DatabaseError) -> Answer {
        if checked.parameterCount < 0, statement.parameters.isEmpty { return .once }
        guard let first = known[Key(identity: checked.identity, declared: 0)] else {
            return .unknown(PostgresShape(sql: checked.postgresText))
        }
        let declared = try declared(statement, first)
        guard declared != 0 else {
            if checked.parameterCount >= 0 { try first.check(statement) }
            return .known(first)
        }
        guard let other = known[Key(identity: checked.identity, declared: declared)] else {
            return .unknown(
                PostgresShape(sql: checked.postgresText, parameters: Self.types(statement, declared), declared: declared))
        }
        guard try self.declared(statement, other) == 0 else {
            throw DatabaseError(.refused, "the parameters do not fit the types of the statement", sql: statement.sql)
        }
        try other.check(statement)
        return .known(other)
    }

    /// Remembers what the server described.
    mutating func learn(_ shape: PostgresShape, _ checked: CheckedStatement) {
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[Key(identity: checked.identity, declared: shape.declared)] = shape
    }

    /// Forgets a statement whose tables have changed.
    mutating func forget(_ checked: CheckedStatement) {
        known = known.filter { $0.key.identity != checked.identity }
    }

    /// A statement of the engine's own without parameters and rows.
    mutating func command(_ sql: String) -> PostgresShape {
        if let shape = commands[sql] { return shape }
        let shape = PostgresShape(sql: sql)
        commands[sql] = shape
        return shape
    }

    /// Which parameters need a type of their own, since the inferred one does not take them.
    private func declared(_ statement: Statement, _ shape: PostgresShape) throws(DatabaseError) -> UInt64 {
        guard statement.parameters.count == shape.parameters.count else {
            throw DatabaseError(
                .refused, "the statement has \(shape.parameters.count) parameters, and \(statement.parameters.count) were given",
                sql: statement.sql)
        }
        var declared: UInt64 = 0
        for index in statement.parameters.indices {
            switch PostgresFit.of(statement.parameters[index], as: shape.parameters[index]) {
            case .fits: continue
            case .declare where index < 16: declared |= UInt64(statement.parameters[index].type) << UInt64(index * 4)
            case .declare:
                throw DatabaseError(.refused, "$\(index + 1) does not fit the type of the statement", sql: statement.sql)
            case .refused(let reason): throw DatabaseError(.refused, "$\(index + 1): \(reason)", sql: statement.sql)
            }
        }
        return declared
    }

    private static func types(_ statement: Statement, _ declared: UInt64) -> [UInt32] {
        statement.parameters.indices.map { index in
            index < 16 ? PostgresType.natural(hearth_type(declared >> UInt64(index * 4) & 15)) : 0
        }
    }
}
