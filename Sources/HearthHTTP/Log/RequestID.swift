import Synchronization

/// Makes request ids: unique among hosts and restarts, in order within one process.
enum RequestID {
    private static let process = UInt64.random(in: 0...UInt64.max) & 0xffff_ffff_ffff
    private static let count = Atomic<UInt64>(0)

    /// A new id of 21 characters.
    static func make() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let process = process
        return String(unsafeUninitializedCapacity: 21) { text in
            write(process, digits: 12, to: text, at: 0)
            text[12] = UInt8(ascii: "-")
            write(number, digits: 8, to: text, at: 13)
            return 21
        }
    }

    /// Whether a client's id may be taken over: it goes into logs and header fields.
    static func isSane(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { $0.isWordCharacter || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func write(_ number: UInt64, digits: Int, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64((digits - 1 - index) * 4)) & 15
            text[start + index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
