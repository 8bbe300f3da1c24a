import CHearth
import HearthDatabase
import NIOConcurrencyHelpers

/// What the C interface shows of a context: texts at stable addresses, made when first asked for.
///
/// `@unchecked Sendable`: the memory is written once, before the first pointer to it is given away, under the lock.
final class ForeignContext: @unchecked Sendable {
    private let requestIDText: String
    private let actorValue: Actor?
    private let lock = NIOLock()
    private var memory: Memory?

    private struct Memory {
        let text: UnsafeMutablePointer<CChar>
        let requestID: hearth_string
        let actor: UnsafeMutablePointer<hearth_actor>?
    }

    init(requestID: String, actor: Actor?) {
        requestIDText = requestID
        actorValue = actor
    }

    deinit {
        memory?.text.deallocate()
        memory?.actor?.deallocate()
    }

    /// The request id.
    var requestID: hearth_string { lock.withLock { materialised().requestID } }

    /// Who acts; nil for nobody.
    var actor: UnsafePointer<hearth_actor>? { lock.withLock { materialised().actor.map { UnsafePointer($0) } } }

    private func materialised() -> Memory {
        if let memory { return memory }
        let texts = [requestIDText, actorValue?.scheme ?? "", actorValue?.timezone ?? "", actorValue?.language ?? ""]
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: texts.reduce(1) { $0 + $1.utf8.count })
        var end = text
        let strings = texts.map { value in
            let start = end
            for byte in value.utf8 {
                end.initialize(to: CChar(bitPattern: byte))
                end += 1
            }
            return hearth_string(data: start, length: UInt64(end - start))
        }
        let actor = actorValue.map { value in
            let actor = UnsafeMutablePointer<hearth_actor>.allocate(capacity: 1)
            actor.initialize(to: hearth_actor())
            actor.pointee.size = UInt32(MemoryLayout<hearth_actor>.size)
            actor.pointee.is_admin = value.isAdmin ? 1 : 0
            value.userID.withBytes { bytes in
                withUnsafeMutableBytes(of: &actor.pointee.user) { $0.copyMemory(from: bytes) }
            }
            actor.pointee.scheme = strings[1]
            actor.pointee.timezone = strings[2]
            actor.pointee.language = strings[3]
            return actor
        }
        let made = Memory(text: text, requestID: strings[0], actor: actor)
        memory = made
        return made
    }
}
