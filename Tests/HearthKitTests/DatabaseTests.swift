import HearthJSON
import Testing

@testable import HearthKit

private enum Colour: String, Column, CaseIterable { case red, green }
private enum Rank: Int, Column, CaseIterable { case low, high }
private struct Days: OptionSet, Column { let rawValue: Int }

private struct Item: Row, Equatable {
    let id: UUID
    let name: String?
    let count: Int
    init(row: inout RowReader) throws {
        id = try row.next()
        name = try row.next()
        count = try row.next()
    }
}

struct DatabaseTests {
    /// A context that is not that of a request, as in `start`.
    private func context(_ host: FakeHost) throws -> Context {
        Context(handle: host.makeContext(), runtime: try PluginRuntime(host: host.pointer))
    }

    @Test func `no value becomes text, whatever it is`() async throws {
        let host = FakeHost()
        let evil = "'; DROP TABLE users; -- $1"
        let part: SQL = "AND b = \(evil)"
        let nothing: String? = nil
        let some: Int? = 4
        try await context(host).execute(
            "UPDATE t SET a = \(evil), n = \(nothing), s = \(some) WHERE id IN \(in: [evil, "x"]) \(part) AND c = \(2.5) \("" as SQL)"
        )
        #expect(
            host.database.calls == [
                .statement(
                    "UPDATE t SET a = $1, n = $2, s = $3 WHERE id IN ($4) AND b = $5 AND c = $6 ",
                    [
                        .bytes(4, evil), .null, .integer(2, 4), .list([.bytes(4, evil), .bytes(4, "x")]), .bytes(4, evil),
                        .double(2.5),
                    ], columns: [])
            ])
    }

    @Test func `parts stand one after the other, with something between them`() async throws {
        let host = FakeHost()
        let rows = SQL([1, 2, 3].map { number -> SQL in "(\(number))" })
        try await context(host).execute("INSERT INTO t (a) VALUES \(rows)\(SQL([SQL]()))")
        #expect(
            host.database.calls == [
                .statement(
                    "INSERT INTO t (a) VALUES ($1), ($2), ($3)", [.integer(2, 1), .integer(2, 2), .integer(2, 3)], columns: [])
            ])
    }

    @Test func `each type is a parameter of its own type`() async throws {
        let host = FakeHost()
        let id = UUID(high: 1, low: 2)
        try await context(host).execute(
            """
            SELECT \(true), \(1), \("é"), \([UInt8]("b".utf8)), \(id), \(Timestamp(microseconds: 5)), \(LocalDate(days: 6)),
            \(LocalTime(microseconds: 7)), \(["a": 1] as JSONValue), \(Colour.green), \(Rank.high), \(Days(rawValue: 3)), \(in: [Int]())
            """)
        guard case .statement(_, let values, _)? = host.database.calls.first else { return #expect(Bool(false)) }
        #expect(
            values == [
                .integer(1, 1), .integer(2, 1), .bytes(4, "é"), .bytes(5, "b"), .uuid(id), .integer(7, 5), .integer(8, 6),
                .integer(9, 7), .bytes(10, #"{"a":1}"#), .bytes(4, "green"), .integer(2, 1), .integer(2, 3), .list([]),
            ])
    }

    @Test func `rows are read by the types that they ask for`() async throws {
        let id = UUID(high: 3, low: 4)
        let database = FakeDatabase(
            .rows([[.uuid(id), .text("Ada", type: 4), .integer(2, type: 2)], [.uuid(.zero), .null, .integer(3, type: 2)]]))
        let host = FakeHost(database: database)
        let items: [Item] = try await context(host).query("SELECT id, name, count FROM items")
        #expect(items.map(\.id) == [id, .zero] && items.map(\.name) == ["Ada", nil] && items.map(\.count) == [2, 3])
        #expect(database.calls == [.statement("SELECT id, name, count FROM items", [], columns: [6, 4, 2])])
    }

    @Test(arguments: [
        ([[Parameter.text("x", type: 4)]], "column 0 of the result is not a uuid"),
        ([[.uuid(.zero), .null, .null]], "column 2 of the result is not an integer"),
        ([[.uuid(.zero), .null]], "column 2 of the result is not there"),
    ]) func `a row of other types is an error that names the column`(rows: [[Parameter]], message: String) async throws {
        let host = FakeHost(database: FakeDatabase(.rows(rows)))
        let error = await #expect(throws: ColumnMismatch.self) { _ = try await context(host).query("SELECT 1", as: Item.self) }
        #expect(error?.description == message)
    }

    @Test func `an unknown raw value is an error, and absent rows are none`() async throws {
        let host = FakeHost(database: FakeDatabase(.rows([[.text("blue", type: 4)]]), .rows([])))
        struct Painted: Row {
            let colour: Colour
            init(row: inout RowReader) throws { colour = try row.next() }
        }
        await #expect(throws: ColumnMismatch.self) { _ = try await context(host).query("SELECT c", as: Painted.self) }
        let none: Painted? = try await context(host).first("SELECT c")
        #expect(none == nil)
    }

    @Test func `several statements go in one call and each gives its own rows`() async throws {
        let database = FakeDatabase(
            .rows([[.uuid(.zero), .null, .integer(9, type: 2)]]), .rows([]),
            .rows([[.text("a", type: 4)], [.text("b", type: 4)]]))
        let host = FakeHost(database: database)
        let items: SQL = "SELECT id FROM items WHERE a = \(1)"
        let (first, second, third) = try await context(host).query(
            items.rows(Item.self), ("SELECT 2" as SQL).rows(Int.self), ("SELECT \(3)" as SQL).rows(String.self))
        #expect(first.map(\.count) == [9] && second == [] && third == ["a", "b"])
        #expect(Set(host.database.contexts).count == 1)
        #expect(
            database.calls == [
                .statement("SELECT id FROM items WHERE a = $1", [.integer(2, 1)], columns: [6, 4, 2]),
                .statement("SELECT 2", [], columns: [2]), .statement("SELECT $1", [.integer(2, 3)], columns: [4]),
            ])
    }

    @Test func `changes tell how many rows they changed`() async throws {
        let host = FakeHost(database: FakeDatabase(.affected(3), .affected(1), .affected(2)))
        #expect(try await context(host).execute("DELETE FROM a") == 3)
        #expect(try await context(host).execute(["DELETE FROM a", "DELETE FROM b"]) == [1, 2])
    }

    @Test func `errors keep their kind and the name of the constraint`() async throws {
        let host = FakeHost(database: FakeDatabase(.error(10, code: "habits_day"), .error(99, code: "")))
        let error = await #expect(throws: HostError.self) { try await context(host).execute("INSERT INTO a") }
        #expect(error?.kind == .conflict && error?.code == "habits_day" && error?.isRefusal == false)
        let unknown = await #expect(throws: HostError.self) { try await context(host).execute("INSERT INTO a") }
        #expect(unknown?.kind == .failed)
    }

    @Test func `an interface that is not granted is an error that names the cure`() async throws {
        let host = FakeHost(granted: ["core"])
        let error = await #expect(throws: InterfaceUnavailable.self) { try await context(host).execute("DELETE FROM a") }
        #expect(error?.description.contains("hearth.database/1") == true)
    }
}
