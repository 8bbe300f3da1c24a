import CHearth
import HearthDatabase
import Logging

/// Copies a statement that a plugin passes.
enum StatementReader {
    /// - Returns: the statement; nil when a member is wrong
    static func read(_ pointer: UnsafePointer<hearth_statement>) -> Statement? {
        guard pointer.pointee.size >= 24 else { return nil }
        let foreign = StructReader.read(pointer, size: pointer.pointee.size)
        guard let sql = foreign.sql.text, !sql.isEmpty, foreign.parameter_count == 0 || foreign.parameters != nil,
            foreign.parameter_count <= 10_000, foreign.column_count == 0 || foreign.columns != nil, foreign.column_count <= 1000
        else { return nil }
        var parameters: [DatabaseValue] = []
        parameters.reserveCapacity(Int(foreign.parameter_count))
        for index in 0..<Int(foreign.parameter_count) {
            guard let value = foreign.parameters?[index], let copy = try? DatabaseValue(copying: value) else { return nil }
            parameters.append(copy)
        }
        let columns = Array(UnsafeBufferPointer(start: foreign.columns, count: Int(foreign.column_count)))
        guard columns.allSatisfy({ $0 >= DatabaseType.boolean && $0 <= DatabaseType.json }) else { return nil }
        return Statement(sql, parameters, columns: columns)
    }
}

/// Lends results to a completion of a plugin. The cells are handed over as the engine made them.
enum ResultsWriter {
    static func deliver(
        _ result: Result<[QueryResult], DatabaseError>, to completion: ForeignCompletion<hearth_results>,
        of plugin: PluginInstance
    ) {
        switch result {
        case .failure(let error):
            if error.kind == .refused || error.kind == .failed {
                plugin.logger.warning(
                    "A statement was refused", metadata: ["reason": "\(error.message)", "sql": "\(error.sql ?? "")"])
            }
            ForeignError(error).lend { completion.function(completion.user, $0, nil, 0) }
        case .success(let results):
            let rows = results.map { result in
                hearth_rows(
                    size: UInt32(MemoryLayout<hearth_rows>.size), column_count: UInt32(result.columnCount),
                    row_count: UInt64(result.rowCount), values: result.cells.baseAddress, affected: UInt64(result.affected))
            }
            withExtendedLifetime(results) {
                rows.withUnsafeBufferPointer { rows in
                    let pointers: [UnsafePointer<hearth_rows>?] = rows.indices.map { index in
                        rows.baseAddress.map { $0 + index }
                    }
                    pointers.withUnsafeBufferPointer {
                        completion.function(completion.user, nil, $0.baseAddress, UInt64($0.count))
                    }
                }
            }
        }
    }
}
