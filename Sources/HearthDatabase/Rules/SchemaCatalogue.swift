/// What migrations say about tables, in portable types.
public struct SchemaCatalogue: Sendable, Equatable {
    /// A column.
    public struct Column: Sendable, Equatable {
        /// Its name in lower case.
        public var name: String
        /// Its portable type: uuid, text, integer, bigint, double, boolean, timestamp, date, time, json, bytes, identity.
        public var type: String
        /// Whether it may be null.
        public var isNullable: Bool
    }

    /// The columns by table; names in lower case.
    public var tables: [String: [Column]]

    /// Makes a catalogue.
    public init(tables: [String: [Column]] = [:]) { self.tables = tables }

    /// A column of a table, if it is known.
    public func column(_ name: String, of table: String) -> Column? {
        tables[table]?.first { $0.name == name }
    }

    /// Adds the tables of another catalogue, which win.
    public mutating func merge(_ other: SchemaCatalogue) {
        tables.merge(other.tables) { $1 }
    }
}
