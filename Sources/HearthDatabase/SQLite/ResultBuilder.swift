import CHearth

/// Collects the rows of one statement after the other. Its memory is used again; a result is copied out in one piece.
final class ResultBuilder {
    private var cells: UnsafeMutablePointer<hearth_value>
    private var cellCapacity = 256
    private var cellCount = 0
    private var bytes: UnsafeMutableRawPointer
    private var byteCapacity = 4_096
    private(set) var byteCount = 0

    init() {
        cells = .allocate(capacity: cellCapacity)
        bytes = .allocate(byteCount: byteCapacity, alignment: 16)
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
    }

    func clear() {
        cellCount = 0
        byteCount = 0
    }

    /// A new cell, zeroed: null.
    func append() -> UnsafeMutablePointer<hearth_value> {
        if cellCount == cellCapacity {
            let larger = UnsafeMutablePointer<hearth_value>.allocate(capacity: cellCapacity * 2)
            larger.moveInitialize(from: cells, count: cellCount)
            cells.deallocate()
            cells = larger
            cellCapacity *= 2
        }
        let cell = cells + cellCount
        cell.initialize(to: hearth_value())
        cellCount += 1
        return cell
    }

    /// Copies bytes for a cell; until `finish` the cell holds their offset as its pointer, one more, so that it is never NULL.
    func append(_ source: UnsafeRawPointer?, count: Int, to cell: UnsafeMutablePointer<hearth_value>) {
        if byteCount + count > byteCapacity {
            let capacity = max(byteCapacity * 2, byteCount + count)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
            larger.copyMemory(from: bytes, byteCount: byteCount)
            bytes.deallocate()
            bytes = larger
            byteCapacity = capacity
        }
        if let source, count > 0 { (bytes + byteCount).copyMemory(from: source, byteCount: count) }
        cell.pointee.as.bytes = hearth_bytes(data: UnsafePointer(bitPattern: byteCount + 1), length: UInt64(count))
        byteCount += count
    }

    /// Copies what was collected into one allocation.
    func finish(rowCount: Int, columnCount: Int, affected: Int) -> QueryResult {
        guard cellCount > 0 else {
            return QueryResult(arena: nil, rowCount: rowCount, columnCount: columnCount, affected: affected)
        }
        let cellBytes = cellCount * MemoryLayout<hearth_value>.stride
        let arena = UnsafeMutableRawPointer.allocate(byteCount: cellBytes + byteCount, alignment: 16)
        let target = arena.bindMemory(to: hearth_value.self, capacity: cellCount)
        target.initialize(from: cells, count: cellCount)
        if byteCount > 0 {
            (arena + cellBytes).copyMemory(from: bytes, byteCount: byteCount)
        }
        let blob = UnsafePointer((arena + cellBytes).assumingMemoryBound(to: UInt8.self))
        for index in 0..<cellCount {
            switch target[index].type {
            case DatabaseType.text, DatabaseType.json, DatabaseType.bytes:
                target[index].as.bytes.data = blob + (Int(bitPattern: target[index].as.bytes.data) - 1)
            default: break
            }
        }
        shrink()
        return QueryResult(arena: arena, rowCount: rowCount, columnCount: columnCount, affected: affected)
    }

    /// Gives back what a large result needed.
    private func shrink() {
        if cellCapacity > 65_536 {
            cells.deallocate()
            cellCapacity = 256
            cells = .allocate(capacity: cellCapacity)
        }
        if byteCapacity > 1 << 20 {
            bytes.deallocate()
            byteCapacity = 4_096
            bytes = .allocate(byteCount: byteCapacity, alignment: 16)
        }
        clear()
    }
}
