public import CHearth

extension hearth_string {
    init(_ literal: StaticString) {
        self.init(
            data: UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self),
            length: UInt64(literal.utf8CodeUnitCount))
    }

    /// The text as bytes, without copying.
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: UnsafeRawPointer(data)?.assumingMemoryBound(to: UInt8.self), count: data == nil ? 0 : Int(length))
    }
}

extension hearth_bytes {
    /// The bytes, without copying.
    @inlinable var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: data, count: data == nil ? 0 : Int(length)) }
}

extension String {
    init(_ string: hearth_string) { self.init(decoding: string.bytes, as: UTF8.self) }

    /// Lends the text to a call of the host, which copies what it keeps.
    mutating func withHearthString<R, E: Error>(_ body: (hearth_string) throws(E) -> R) throws(E) -> R {
        var result: Result<R, E>?
        withUTF8 { utf8 in
            let text = hearth_string(
                data: UnsafeRawPointer(utf8.baseAddress)?.assumingMemoryBound(to: CChar.self), length: UInt64(utf8.count))
            do throws(E) { result = .success(try body(text)) } catch { result = .failure(error) }
        }
        guard let result else { preconditionFailure("withUTF8 runs its closure once") }
        return try result.get()
    }

    /// Lends the text to a call of the host, which copies what it keeps.
    func lending<R, E: Error>(_ body: (hearth_string) throws(E) -> R) throws(E) -> R {
        var copy = self
        return try copy.withHearthString(body)
    }

    /// Lends this text and another one to a call of the host.
    func lending<R>(with other: String, _ body: (hearth_string, hearth_string) -> R) -> R {
        lending { first in other.lending { body(first, $0) } }
    }
}

extension Array where Element == UInt8 {
    /// Lends the bytes to a call of the host, which copies what it keeps.
    func lending<R>(_ body: (hearth_bytes) throws -> R) rethrows -> R {
        try withUnsafeBufferPointer { try body(hearth_bytes(data: $0.baseAddress, length: UInt64($0.count))) }
    }
}
