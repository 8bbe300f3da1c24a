import CHearth
import HearthDatabase

/// The statuses of the C interface by name, in the type of its results.
enum Status {
    static let ok: hearth_status = 0
    static let failed: hearth_status = 1
    static let stale: hearth_status = 2
    static let invalid: hearth_status = 3
    static let notFound: hearth_status = 4
    static let denied: hearth_status = 5
    static let unavailable: hearth_status = 6
    static let busy: hearth_status = 7
    static let timeout: hearth_status = 8
    static let cancelled: hearth_status = 9
    static let conflict: hearth_status = 10
    static let constraint: hearth_status = 11
    static let serialization: hearth_status = 12
    static let rolledBack: hearth_status = 13
    static let tooLarge: hearth_status = 14
}

/// An error on its way to a plugin.
struct ForeignError: Error, Sendable {
    var status: hearth_status
    var code = ""
    var message: String
    var isRetryable = false

    init(_ status: hearth_status, code: String = "", _ message: String, isRetryable: Bool = false) {
        self.status = status
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    init(_ error: DatabaseError) {
        let status =
            switch error.kind {
            case .unique: Status.conflict
            case .constraint: Status.constraint
            case .serialization: Status.serialization
            case .rolledBack: Status.rolledBack
            case .timeout: Status.timeout
            case .cancelled: Status.cancelled
            case .unavailable: Status.unavailable
            case .busy: Status.busy
            case .refused: Status.invalid
            case .tooLarge: Status.tooLarge
            case .failed: Status.failed
            }
        self.init(
            status, code: error.isUncertain ? "uncertain" : error.constraint ?? "", error.message,
            isRetryable: !error.isUncertain
                && (error.kind == .serialization || error.kind == .unavailable || error.kind == .busy))
    }

    /// Copies an error that a plugin passes; nil when it is malformed.
    init?(copying error: UnsafePointer<hearth_error>) {
        guard error.pointee.size >= 8 else { return nil }
        func text(_ string: hearth_string, _ offset: Int) -> String {
            Int(error.pointee.size) >= offset + MemoryLayout<hearth_string>.size ? string.text ?? "" : ""
        }
        let status = error.pointee.status
        self.init(
            status == Status.ok || status > Status.tooLarge ? Status.failed : status,
            code: text(error.pointee.code, 8), text(error.pointee.message, 24),
            isRetryable: error.pointee.size >= 44 && error.pointee.retryable != 0)
    }

    /// Lends the error in the form of the C interface.
    func lend(_ body: (UnsafePointer<hearth_error>) -> Void) {
        code.lend { code in
            message.lend { message in
                var error = hearth_error(
                    size: UInt32(MemoryLayout<hearth_error>.size), status: status, code: code, message: message,
                    retryable: isRetryable ? 1 : 0, reserved: 0)
                body(&error)
            }
        }
    }
}

extension hearth_string {
    /// The bytes, without copying.
    var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: UnsafeRawPointer(data)?.assumingMemoryBound(to: UInt8.self), count: data == nil ? 0 : Int(clamping: length))
    }

    /// A copy of the text; nil when it is not UTF-8, or has a length and no data.
    var text: String? {
        guard length == 0 || data != nil, length <= 1 << 30 else { return nil }
        return String(validating: buffer, as: UTF8.self)
    }
}

extension hearth_bytes {
    /// The bytes, without copying.
    var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: data, count: data == nil ? 0 : Int(clamping: length))
    }

    /// Whether there are as many bytes as it says.
    var isSound: Bool { length == 0 || data != nil && length <= 1 << 30 }
}

extension String {
    /// Lends the text for the time of a call.
    func lend<R>(_ body: (hearth_string) throws -> R) rethrows -> R {
        var text = self
        return try text.withUTF8 { utf8 in
            try body(
                hearth_string(
                    data: UnsafeRawPointer(utf8.baseAddress)?.assumingMemoryBound(to: CChar.self), length: UInt64(utf8.count)))
        }
    }
}

/// A completion of a plugin: its function and the pointer that it is called with.
///
/// Sendable by contract: the interface says that it may be called on any thread, once.
struct ForeignCompletion<Function>: @unchecked Sendable {
    let function: Function
    let user: UnsafeMutableRawPointer?
}
