import CHearth
import CPostgres

/// Makes a result of what libpq received: cells and their bytes in one allocation, without texts in between.
enum PostgresRows {
    static func read(_ result: OpaquePointer, of statement: Statement) throws(DatabaseError) -> QueryResult {
        let columns = statement.columns
        let rowCount = Int(PQntuples(result))
        let affected = affected(result)
        guard !columns.isEmpty, rowCount > 0 else {
            return QueryResult(arena: nil, rowCount: rowCount, columnCount: columns.count, affected: affected)
        }
        guard rowCount <= DatabaseLimits.rows else { throw tooLarge(statement) }
        let readings = try readings(result, of: statement)
        var byteCount = 0
        for (column, reading) in readings.enumerated() where reading.isBlob {
            for row in 0..<Int32(rowCount) { byteCount += Int(PQgetlength(result, row, Int32(column))) }
        }
        guard byteCount <= DatabaseLimits.resultBytes else { throw tooLarge(statement) }
        let cellCount = rowCount * columns.count
        let cellBytes = cellCount * MemoryLayout<hearth_value>.stride
        let arena = UnsafeMutableRawPointer.allocate(byteCount: cellBytes + byteCount, alignment: 16)
        let cells = arena.bindMemory(to: hearth_value.self, capacity: cellCount)
        var blob = (arena + cellBytes).assumingMemoryBound(to: UInt8.self)
        var cell = cells
        for row in 0..<Int32(rowCount) {
            for column in columns.indices {
                cell.initialize(to: hearth_value())
                let length = Int(PQgetlength(result, row, Int32(column)))
                if length > 0 || PQgetisnull(result, row, Int32(column)) == 0, let value = PQgetvalue(result, row, Int32(column))
                {
                    guard
                        read(
                            UnsafeRawBufferPointer(start: value, count: length), readings[column], as: columns[column], to: cell,
                            &blob)
                    else {
                        arena.deallocate()
                        throw DatabaseError(
                            .refused,
                            "a value of column \(column + 1) does not fit the type \(DatabaseType.name(columns[column])) that was "
                                + "asked for", sql: statement.sql)
                    }
                }
                cell += 1
            }
        }
        return QueryResult(arena: arena, rowCount: rowCount, columnCount: columns.count, affected: affected)
    }

    private static func tooLarge(_ statement: Statement) -> DatabaseError {
        DatabaseError(
            .tooLarge, "the result has more than \(DatabaseLimits.rows) rows or \(DatabaseLimits.resultBytes >> 20) MiB",
            sql: statement.sql)
    }

    private static func readings(
        _ result: OpaquePointer, of statement: Statement
    ) throws(DatabaseError) -> [PostgresReading] {
        var readings: [PostgresReading] = []
        readings.reserveCapacity(statement.columns.count)
        for (column, asked) in statement.columns.enumerated() {
            guard Int32(column) < PQnfields(result) else { throw PostgresShape.columnsDiffer(Int(PQnfields(result)), statement) }
            let type = PQftype(result, Int32(column))
            guard let reading = PostgresReading.of(type, as: asked) else {
                throw PostgresShape.typesDiffer(column, type, statement)
            }
            readings.append(reading)
        }
        return readings
    }

    /// How many rows were changed: the number in `INSERT 0 5`, but not the one in `SELECT 5`.
    private static func affected(_ result: OpaquePointer) -> Int {
        guard let status = PQcmdStatus(result), status[0] != CChar(UInt8(ascii: "S")), let digits = PQcmdTuples(result) else {
            return 0
        }
        var number = 0
        var index = 0
        while digits[index] != 0 {
            number = number * 10 + Int(digits[index] - CChar(UInt8(ascii: "0")))
            index += 1
        }
        return number
    }

    /// Fills a cell; false when the value does not fit the type.
    @inline(__always)
    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ reading: PostgresReading, as asked: hearth_type,
        to cell: UnsafeMutablePointer<hearth_value>, _ blob: inout UnsafeMutablePointer<UInt8>
    ) -> Bool {
        cell.pointee.type = asked
        switch reading {
        case .boolean: cell.pointee.as.integer = bytes[0] == 0 ? 0 : 1
        case .int2: cell.pointee.as.integer = whole(Int64(number(bytes, Int16.self)), asked)
        case .int4: cell.pointee.as.integer = whole(Int64(number(bytes, Int32.self)), asked)
        case .int8: cell.pointee.as.integer = whole(number(bytes, Int64.self), asked)
        case .numericAsInteger:
            guard let number = PostgresNumeric(bytes)?.integer else { return false }
            cell.pointee.as.integer = whole(number, asked)
        case .int2AsDouble: cell.pointee.as.real = Double(number(bytes, Int16.self))
        case .int4AsDouble: cell.pointee.as.real = Double(number(bytes, Int32.self))
        case .int8AsDouble: cell.pointee.as.real = Double(number(bytes, Int64.self))
        case .float4: cell.pointee.as.real = Double(Float(bitPattern: number(bytes, UInt32.self)))
        case .float8: cell.pointee.as.real = Double(bitPattern: number(bytes, UInt64.self))
        case .numericAsDouble:
            guard let number = PostgresNumeric(bytes)?.double else { return false }
            cell.pointee.as.real = number
        case .timestamp:
            let (sum, overflow) = number(bytes, Int64.self).addingReportingOverflow(PostgresType.epochMicroseconds)
            guard !overflow else { return false }
            cell.pointee.as.integer = sum
        case .date: cell.pointee.as.integer = Int64(number(bytes, Int32.self)) + PostgresType.epochDays
        case .time: cell.pointee.as.integer = number(bytes, Int64.self)
        case .uuid, .uuidOfBytes:
            guard bytes.count == 16 else { return false }
            withUnsafeMutableBytes(of: &cell.pointee.as.uuid) { $0.copyMemory(from: bytes) }
        case .text: copy(bytes, to: cell, &blob)
        case .jsonb:
            guard bytes.first == 1 else { return false }
            copy(UnsafeRawBufferPointer(rebasing: bytes[1...]), to: cell, &blob)
        }
        return true
    }

    @inline(__always)
    private static func number<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _: Number.Type) -> Number {
        Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }

    @inline(__always)
    private static func whole(_ number: Int64, _ asked: hearth_type) -> Int64 {
        asked == DatabaseType.boolean ? (number == 0 ? 0 : 1) : number
    }

    @inline(__always)
    private static func copy(
        _ bytes: UnsafeRawBufferPointer, to cell: UnsafeMutablePointer<hearth_value>, _ blob: inout UnsafeMutablePointer<UInt8>
    ) {
        if let start = bytes.baseAddress, bytes.count > 0 {
            UnsafeMutableRawPointer(blob).copyMemory(from: start, byteCount: bytes.count)
        }
        cell.pointee.as.bytes = hearth_bytes(data: UnsafePointer(blob), length: UInt64(bytes.count))
        blob += bytes.count
    }
}
