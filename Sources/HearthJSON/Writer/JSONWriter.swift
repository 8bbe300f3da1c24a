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
    /// - Parameter growing: gives a buffer of at least `needed` bytes whose first `used` bytes are what was written so far;
    ///   called first with (0, 512)
    public init(growing: @escaping (_ used: Int, _ needed: Int) -> UnsafeMutableRawBufferPointer) {
        let buffer = growing(0, 512)
        guard let start = buffer.baseAddress, buffer.count >= 512 else {
            preconditionFailure("a buffer of 512 bytes was asked for")
        }
        base = start.assumingMemoryBound(to: UInt8.self)
        capacity = buffer.count
        grow = growing
    }

    deinit { if grow == nil { base.deallocate() } }

    /// Makes room for `bytes` more.
    @inlinable mutating func reserve(_ bytes: Int) {
        if capacity - used < bytes { enlarge(bytes) }
    }

    @usableFromInline mutating func enlarge(_ bytes: Int) {
        let needed = max(used + bytes, capacity * 2)
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

    @inlinable mutating func put(_ byte: UInt8) {
        reserve(1)
        base[used] = byte
        used += 1
    }

    @inlinable mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        UnsafeMutableRawPointer(base + used).copyMemory(from: source, byteCount: bytes.count)
        used += bytes.count
    }

    @inlinable mutating func literal(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inlinable mutating func separate() {
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Begins an object.
    @inlinable public mutating func beginObject() {
        separate()
        put(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Ends an object.
    @inlinable public mutating func endObject() {
        put(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Begins an array.
    @inlinable public mutating func beginArray() {
        separate()
        put(UInt8(ascii: "["))
        needsComma = false
    }

    /// Ends an array.
    @inlinable public mutating func endArray() {
        put(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Names the next member with a literal that needs no escaping.
    @inlinable public mutating func key(_ name: StaticString) {
        reserve(name.utf8CodeUnitCount + 4)
        if needsComma { put(UInt8(ascii: ",")) }
        put(UInt8(ascii: "\""))
        put(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Names the next member.
    public mutating func key(_ name: String) {
        value(name)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes null.
    @inlinable public mutating func null() {
        separate()
        literal("null")
    }

    /// Writes a boolean.
    @inlinable public mutating func value(_ value: Bool) {
        separate()
        literal(value ? "true" : "false")
    }

    /// Writes JSON text as a value.
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        separate()
        put(bytes)
    }

    /// Writes JSON text as a value.
    public mutating func raw(_ json: String) {
        separate()
        var json = json
        json.withUTF8 { put(UnsafeRawBufferPointer($0)) }
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
