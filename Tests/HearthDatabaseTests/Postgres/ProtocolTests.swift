import Testing

@testable import HearthDatabase

/// The protocol of a connection as what it is: a machine that is told of answers.
@Suite struct ProtocolTests {
    private let failure = PostgresProtocol.Answer.failed(PostgresFailure(state: "22012", message: "division by zero"))

    @Test func `a statement is prepared with its first use and not again`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 8)
        let shape = PostgresShape(sql: "SELECT 1")
        #expect(names(&machine, unit([shape, shape])) == ["prepare", "execute", "execute", "sync"])
        #expect(names(&machine, unit([shape])) == ["execute", "sync"])
        #expect(machine.load == 2)
    }

    @Test func `without names everything travels each time`() {
        var machine = PostgresProtocol(usesNames: false, capacity: 8)
        let shape = PostgresShape(sql: "SELECT 1")
        #expect(names(&machine, unit([shape])) == ["execute", "sync"])
        #expect(names(&machine, unit([shape])) == ["execute", "sync"])
    }

    @Test func `the statement that was not used for longest makes room`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 2)
        let shapes = (0..<3).map { PostgresShape(sql: "SELECT \($0)") }
        _ = names(&machine, unit([shapes[0]]))
        _ = names(&machine, unit([shapes[1]]))
        _ = names(&machine, unit([shapes[0]]))
        #expect(names(&machine, unit([shapes[2]])) == ["deallocate", "prepare", "execute", "sync"])
        #expect(names(&machine, unit([shapes[0]])) == ["execute", "sync"])
        #expect(names(&machine, unit([shapes[1]])) == ["deallocate", "prepare", "execute", "sync"])
    }

    @Test func `answers belong to their statements, and a unit ends with its Sync`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 8)
        let shape = PostgresShape(sql: "SELECT 1")
        let first = unit([shape, shape])
        let second = unit([shape])
        _ = names(&machine, first)
        _ = names(&machine, second)
        #expect(meaning(machine.receive(.done)) == "nothing")
        #expect(meaning(machine.receive(.done)) == "rows")
        #expect(meaning(machine.receive(.done)) == "rows")
        #expect(machine.current === first)
        #expect(meaning(machine.receive(.synced)) == "ended")
        #expect(machine.current === second && first.failure == nil)
        #expect(meaning(machine.receive(.done)) == "rows")
        #expect(meaning(machine.receive(.synced)) == "ended")
        #expect(machine.load == 0)
        #expect(meaning(machine.receive(.synced)) == "confusion")
    }

    @Test func `a failure names the part, and what was not run is prepared again`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 8)
        let shapes = (0..<2).map { PostgresShape(sql: "SELECT \($0)") }
        let failing = unit([shapes[0], shapes[1]])
        _ = names(&machine, failing)
        _ = machine.receive(.done)
        _ = machine.receive(failure)
        _ = machine.receive(.skipped)
        _ = machine.receive(.skipped)
        #expect(meaning(machine.receive(.synced)) == "ended")
        #expect(failing.failure?.part == 0)
        #expect(names(&machine, unit([shapes[0]])) == ["execute", "sync"])
        #expect(names(&machine, unit([shapes[1]])) == ["prepare", "execute", "sync"])
    }

    @Test func `late failures of uses do not undo that a statement is prepared again`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 8)
        let shape = PostgresShape(sql: "SELECT 1")
        _ = names(&machine, unit([shape]))
        _ = names(&machine, unit([shape]))
        _ = machine.receive(.failed(PostgresFailure(state: "57014", message: "canceling statement due to user request")))
        _ = machine.receive(.skipped)
        _ = machine.receive(.synced)
        #expect(names(&machine, unit([shape])) == ["prepare", "execute", "sync"])
        _ = machine.receive(.failed(PostgresFailure(state: "26000", message: "prepared statement \"h1\" does not exist")))
        _ = machine.receive(.synced)
        #expect(names(&machine, unit([shape])) == ["execute", "sync"])
    }

    @Test func `a statement that had to make room while it was prepared is prepared once more, and once only`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 1)
        let shapes = (0..<2).map { PostgresShape(sql: "SELECT \($0)") }
        _ = names(&machine, unit([shapes[0]]))
        _ = names(&machine, unit([shapes[1]]))
        #expect(names(&machine, unit([shapes[0]])) == ["deallocate", "prepare", "execute", "sync"])
        _ = machine.receive(failure)
        _ = machine.receive(.skipped)
        _ = machine.receive(.synced)
        #expect(names(&machine, unit([shapes[0]])) == ["execute", "sync"])
    }

    @Test func `what cannot make room because it is not there is not tried again`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 1)
        let shapes = (0..<2).map { PostgresShape(sql: "SELECT \($0)") }
        _ = names(&machine, unit([shapes[0]]))
        for answer in [PostgresProtocol.Answer.done, .done, .synced] { _ = machine.receive(answer) }
        _ = names(&machine, unit([shapes[1]]))
        _ = machine.receive(.failed(PostgresFailure(state: "26000", message: "prepared statement \"h1\" does not exist")))
        for answer in [PostgresProtocol.Answer.skipped, .skipped, .synced] { _ = machine.receive(answer) }
        #expect(names(&machine, unit([shapes[1]])) == ["prepare", "execute", "sync"])
    }

    @Test func `a failure that only the end of a unit shows belongs to the unit`() {
        var machine = PostgresProtocol(usesNames: true, capacity: 8)
        let deferred = unit([PostgresShape(sql: "SELECT 1")])
        _ = names(&machine, deferred)
        _ = machine.receive(.done)
        _ = machine.receive(.done)
        #expect(meaning(machine.receive(failure)) == "nothing")
        #expect(meaning(machine.receive(.synced)) == "ended")
        #expect(deferred.failure != nil)
    }

    @Test func `a COMMIT that is answered with a rollback is a failure, and a ROLLBACK is not`() {
        for (sql, fails) in [("COMMIT", true), ("ROLLBACK", false)] {
            var machine = PostgresProtocol(usesNames: true, capacity: 8)
            let unit = PostgresUnit(.probe, calls: [], parts: [.command(PostgresShape(sql: sql))])
            _ = names(&machine, unit)
            _ = machine.receive(.done)
            _ = machine.receive(.rolledBack)
            _ = machine.receive(.synced)
            #expect((unit.failure != nil) == fails)
        }
    }

    // MARK: Progress of a transaction

    @Test func `begin and savepoints travel with the next statement`() throws {
        var progress = PostgresProgress(TransactionOptions(scope: things, isolation: .serializable, readOnly: true))
        let outer = try progress.savepoint()
        let inner = try progress.savepoint()
        try progress.release(inner)
        #expect(
            progress.takePrefix() == ["BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", "SAVEPOINT hearth_1"])
        try progress.release(outer)
        #expect(try progress.commit() == ["RELEASE hearth_1", "COMMIT"])
    }

    @Test func `a transaction in which nothing was done has nothing to end`() throws {
        var progress = PostgresProgress(TransactionOptions(scope: things))
        _ = try progress.savepoint()
        #expect(try progress.commit() == [])
        #expect(progress.rollback() == [])
    }

    @Test func `after a failure only going back is possible`() throws {
        var progress = PostgresProgress(TransactionOptions(scope: things))
        let outer = try progress.savepoint()
        _ = progress.takePrefix()
        let inner = try progress.savepoint()
        _ = progress.takePrefix()
        progress.fail()
        #expect(throws: DatabaseError.self) { try progress.savepoint() }
        #expect(throws: DatabaseError.self) { try progress.commit() }
        try progress.rollback(to: inner)
        #expect(progress.takePrefix() == ["ROLLBACK TO hearth_2", "RELEASE hearth_2"])
        progress.fail()
        #expect(throws: DatabaseError.self) { try progress.rollback(to: inner) }
        try progress.rollback(to: outer)
        #expect(try progress.commit() == ["ROLLBACK TO hearth_1", "RELEASE hearth_1", "COMMIT"])
    }

    private func unit(_ shapes: [PostgresShape]) -> PostgresUnit {
        let call = PostgresCall(
            .statements({ _ in }), statements: shapes.map { Statement($0.sql) }, deadline: nil, driver: nil)
        return PostgresUnit(.statements, calls: [call], parts: shapes.indices.map { .statement(call, $0, shapes[$0]) })
    }

    private func names(_ machine: inout PostgresProtocol, _ unit: PostgresUnit) -> [String] {
        var messages: [PostgresProtocol.Message] = []
        machine.send(unit, &messages)
        return messages.map { String(String(describing: $0).prefix { $0 != "(" }) }
    }

    private func meaning(_ meaning: PostgresProtocol.Meaning) -> String {
        String(String(describing: meaning).prefix { $0 != "(" })
    }
}
