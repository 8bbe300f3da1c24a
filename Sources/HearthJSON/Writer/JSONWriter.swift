/// Writes JSON text in UTF-8 straight into memory, without intermediate strings. Commas are put by the writer.
public struct JSONWriter: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    /// Bytes written so far.
    public var count: Int { used }
    @usableFromInline var used = 0
    /// Whether a comma is due before the next member or element.
    @usableFromInline var needsComma = false
    /// Where larger memory comes from; nil for memory of its own.
    private let grow: ((_ used: Int, _ needed: Int) -> UnsafeMutableRawBufferPointer)?

    /// A writer with memory of its own.
    ///
    /// - Parameter capacity: bytes to begin with
    public init(capacity: Int = 512) {
        base = .allocate(capacity: max(capacity, 16))
        self.capacity = max(capacity, 16)
        grow = nil
    }

    /// A writer into memory that somebody else owns.
    ///
    /// - Parameters:
    ///   - capacity: bytes to begin with
    ///   - growing: gives a buffer of at least `needed` bytes whose first `used` bytes are what was written so far; called
    ///     first with (0, `capacity`)
    public init(capacity: Int = 512, growing: @escaping (_ used: Int, _ needed: Int) -> UnsafeMutableRawBufferPointer) {
        let capacity = max(capacity, 16)
        let buffer = growing(0, capacity)
        guard let start = buffer.baseAddress, buffer.count >= capacity else {
            preconditionFailure("a buffer of \(capacity) bytes was asked for")
        }
        base = start.assumingMemoryBound(to: UInt8.self)
        self.capacity = buffer.count
        grow = growing
    }

    deinit { if grow == nil { base.deallocate() } }

    /// Makes room for `bytes` more.
    @inlinable @inline(__always) mutating func reserve(_ bytes: Int) {
        if capacity - used < bytes { enlarge(bytes) }
    }

    @usableFromInline mutating func enlarge(_ bytes: Int) {
        // More than asked for, so that the bracket after a long text does not have to grow it again.
        let needed = capacity * 2 + bytes
        if let grow {
            let buffer = grow(used, needed)
            guard let start = buffer.baseAddress, buffer.count >= needed else {
                preconditionFailure("a larger buffer was asked for")
            }
            base = start.assumingMemoryBound(to: UInt8.self)
            capacity = buffer.count
        } else {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: needed)
            larger.update(from: base, count: used)
            base.deallocate()
            base = larger
            capacity = needed
        }
    }

    /// Writes a byte for which there is room.
    @inlinable @inline(__always) mutating func put(_ byte: UInt8) {
        base[used] = byte
        used += 1
    }

    /// Writes bytes for which there is room.
    @inlinable @inline(__always) mutating func put(_ source: UnsafePointer<UInt8>, _ length: Int) {
        (base + used).update(from: source, count: length)
        used += length
    }

    /// Makes room for a value of so many bytes, and writes the comma before it.
    @inlinable @inline(__always) mutating func prepare(_ bytes: Int) {
        reserve(bytes + 1)
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
    }

    @inlinable mutating func begin(_ bracket: UInt8) {
        prepare(1)
        put(bracket)
        needsComma = false
    }

    @inlinable mutating func end(_ bracket: UInt8) {
        reserve(1)
        put(bracket)
        needsComma = true
    }

    /// Begins an object.
    @inlinable public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Ends an object.
    @inlinable public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Begins an array.
    @inlinable public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Ends an array.
    @inlinable public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Names the next member with a literal that needs no escaping.
    @inlinable public mutating func key(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        prepare(length + 3)
        put(UInt8(ascii: "\""))
        put(name.utf8Start, length)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Names the next member.
    public mutating func key(_ name: String) {
        value(name)
        reserve(1)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    @inlinable mutating func word(_ word: StaticString) {
        prepare(word.utf8CodeUnitCount)
        put(word.utf8Start, word.utf8CodeUnitCount)
    }

    /// Writes null.
    @inlinable public mutating func null() { word("null") }

    /// Writes a boolean.
    @inlinable public mutating func value(_ value: Bool) { word(value ? "true" : "false") }

    /// Writes JSON text as a value; nothing checks it.
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        prepare(bytes.count)
        guard let source = bytes.baseAddress else { return }
        put(source.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Writes JSON text as a value; nothing checks it.
    public mutating func raw(_ json: String) {
        var json = json
        json.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// Lends what was written.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: base, count: used))
    }

    /// A copy of what was written.
    public var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// A copy of what was written, as text.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
