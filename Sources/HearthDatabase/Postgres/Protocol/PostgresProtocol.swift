/// What is on its way on one connection: which messages a unit needs, and what each answer means. No I/O.
struct PostgresProtocol {
    /// A message for the server.
    enum Message {
        case prepare(PostgresShape)
        case describe(PostgresShape)
        /// A prepared statement without parameters.
        case command(PostgresShape)
        case execute(PostgresShape, Statement)
        /// A text without parameters.
        case once(String)
        case deallocate(Int)
        case sync
    }
    /// An answer of the server, in the order of the messages.
    enum Answer {
        case done
        /// A command was answered by ROLLBACK.
        case rolledBack
        case failed(PostgresFailure)
        /// Not run, because of an earlier failure in the unit.
        case skipped
        case synced
    }
    /// What an answer was about.
    enum Meaning {
        case nothing
        case described(PostgresCall, Int, PostgresShape)
        case rows(PostgresCall, Int)
        case ended(PostgresUnit)
        /// The two sides disagree about where they are.
        case confusion
    }

    private enum Step {
        case deallocate(Int)
        /// With what it was noted under, to tell it from a later one of the same statement.
        case prepare(PostgresShape, part: Int, use: UInt64)
        case describe(part: Int)
        case part(Int)
        case sync(PostgresUnit)
    }
    private struct Prepared {
        let firstUse: UInt64
        var lastUse: UInt64
    }

    private let usesNames: Bool
    private let capacity: Int
    private var prepared: [Int: Prepared] = [:]
    private var uses: UInt64 = 0
    private var steps: [Step] = []
    private var firstStep = 0
    private var units: [PostgresUnit] = []
    private var firstUnit = 0

    init(usesNames: Bool, capacity: Int) {
        self.usesNames = usesNames
        self.capacity = capacity
    }

    /// How many units are on their way.
    var load: Int { units.count - firstUnit }

    /// The unit that the server is working on.
    var current: PostgresUnit? { firstUnit < units.count ? units[firstUnit] : nil }

    /// The units on their way, the oldest first.
    var underway: ArraySlice<PostgresUnit> { units[firstUnit...] }

    /// What the messages of a unit are.
    mutating func send(_ unit: PostgresUnit, _ messages: inout [Message]) {
        for index in unit.parts.indices {
            switch unit.parts[index] {
            case .command(let shape):
                prepare(shape, part: index, &messages)
                messages.append(.command(shape))
                steps.append(.part(index))
            case .statement(let call, let number, let shape):
                prepare(shape, part: index, &messages)
                messages.append(.execute(shape, call.statements[number]))
                steps.append(.part(index))
            case .once(let call, let number):
                messages.append(.once(call.statements[number].sql))
                steps.append(.part(index))
            case .describe(_, _, let shape):
                prepare(shape, part: index, &messages, isNeeded: !usesNames)
                messages.append(.describe(shape))
                steps.append(.describe(part: index))
            }
        }
        messages.append(.sync)
        steps.append(.sync(unit))
        units.append(unit)
    }

    private mutating func prepare(
        _ shape: PostgresShape, part: Int, _ messages: inout [Message], isNeeded: Bool = false
    ) {
        guard usesNames || isNeeded else { return }
        guard usesNames else {
            messages.append(.prepare(shape))
            return steps.append(.prepare(shape, part: part, use: uses))
        }
        uses += 1
        if let index = prepared.index(forKey: shape.identity) {
            prepared.values[index].lastUse = uses
            return
        }
        if prepared.count >= capacity, let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            prepared[oldest] = nil
            messages.append(.deallocate(oldest))
            steps.append(.deallocate(oldest))
        }
        prepared[shape.identity] = Prepared(firstUse: uses, lastUse: uses)
        messages.append(.prepare(shape))
        steps.append(.prepare(shape, part: part, use: uses))
    }

    /// What an answer means.
    mutating func receive(_ answer: Answer) -> Meaning {
        guard firstStep < steps.count, let unit = current else { return .confusion }
        let step = steps[firstStep]
        if case .failed(let failure) = answer, case .sync = step {
            // What is only found when the unit takes effect, such as a deferred constraint; the Sync is still to be answered.
            if unit.failure == nil { unit.failure = .init(part: max(0, unit.parts.count - 1), cause: .server(failure)) }
            return .nothing
        }
        advance()
        switch (step, answer) {
        case (.sync(let unit), .synced):
            firstUnit += 1
            if firstUnit == units.count || firstUnit > 64 {
                units.removeFirst(firstUnit)
                firstUnit = 0
            }
            return .ended(unit)
        case (.sync, _), (_, .synced): return .confusion
        case (.deallocate, .failed(let failure)) where failure.isUnknownStatement: fail(unit, part: 0, answer)
        case (.deallocate(let identity), .skipped), (.deallocate(let identity), .failed):
            // It is still there: what is prepared under its name counts as prepared.
            if prepared[identity] == nil { prepared[identity] = Prepared(firstUse: 0, lastUse: 0) }
            fail(unit, part: 0, answer)
        case (.deallocate, _): break
        case (.prepare(_, let part, _), .failed(let failure)) where failure.isKnownStatement: fail(unit, part: part, answer)
        case (.prepare(let shape, let part, let use), .failed), (.prepare(let shape, let part, let use), .skipped):
            // Another may be on its way already.
            if prepared[shape.identity]?.firstUse == use { prepared[shape.identity] = nil }
            fail(unit, part: part, answer)
        case (.prepare, _): break
        case (.describe(let part), .done):
            guard case .describe(let call, let number, let shape) = unit.parts[part] else { return .confusion }
            return .described(call, number, shape)
        case (.part(let part), .done):
            switch unit.parts[part] {
            case .statement(let call, let number, _), .once(let call, let number): return .rows(call, number)
            default: break
            }
        case (.part(let part), .rolledBack):
            if case .command(let shape) = unit.parts[part], shape.sql == "COMMIT", unit.failure == nil {
                unit.failure = .init(part: part, cause: .rolledBack)
            }
        case (.describe(let part), _), (.part(let part), _): fail(unit, part: part, answer)
        }
        return .nothing
    }

    private func fail(_ unit: PostgresUnit, part: Int, _ answer: Answer) {
        guard unit.failure == nil, case .failed(let failure) = answer else { return }
        unit.failure = .init(part: part, cause: .server(failure))
    }

    private mutating func advance() {
        firstStep += 1
        if firstStep == steps.count || firstStep > 256 {
            steps.removeFirst(firstStep)
            firstStep = 0
        }
    }
}
