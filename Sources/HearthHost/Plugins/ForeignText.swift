import CHearth

/// A text at a stable address, for C.
///
/// `@unchecked Sendable`: never written after `init`.
final class ForeignText: @unchecked Sendable {
    private let memory: UnsafeMutablePointer<CChar>
    /// The text; valid as long as this object.
    let string: hearth_string

    init(_ text: String) {
        let count = text.utf8.count
        memory = .allocate(capacity: max(count, 1))
        for (index, byte) in text.utf8.enumerated() { memory[index] = CChar(bitPattern: byte) }
        string = hearth_string(data: memory, length: UInt64(count))
    }

    deinit { memory.deallocate() }
}
