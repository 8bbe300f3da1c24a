import CHearth

/// A file that is read piece by piece, once.
public struct FileStream: AsyncSequence, Sendable {
    private let context: Context
    private let number: UInt64
    /// What is known about it.
    public let info: FileInfo

    private init(context: Context, number: UInt64, info: FileInfo) {
        self.context = context
        self.number = number
        self.info = info
    }

    /// Opens a file; nil when there is none.
    static func open(_ context: Context, _ key: String, _ range: Range<Int>?) async throws -> FileStream? {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        let (offset, length) = range.map { (UInt64(Swift.max(0, $0.lowerBound)), UInt64($0.count)) } ?? (0, .max)
        var number: UInt64 = 0
        let info = try await ContinuationBox<FileInfo?>.waiting(for: "open") { box in
            key.lending { table.pointee.open(runtime.host, context.handle, $0, offset, length, FileInfo.found, box, &number) }
        }
        return info.map { FileStream(context: context, number: number, info: $0) }
    }

    /// Ends it; one that is over stays so.
    func close() {
        guard let table = try? context.runtime.files else { return }
        _ = table.pointee.close(context.runtime.host, context.handle, number)
    }

    /// Reads it from its beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(context: context, number: number) }

    /// Reads a file.
    public struct Iterator: AsyncIteratorProtocol {
        private let context: Context
        private let number: UInt64
        private var isOver = false

        init(context: Context, number: UInt64) {
            self.context = context
            self.number = number
        }

        /// The next piece; nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            guard !isOver else { return nil }
            let (runtime, table) = (context.runtime, try context.runtime.files)
            let (context, number) = (context, number)
            let piece = try await ContinuationBox<[UInt8]?>.waiting(for: "read") { box in
                table.pointee.read(
                    runtime.host, context.handle, number,
                    { user, chunk, last, error in
                        ContinuationBox<[UInt8]?>.resume(user, error, last == 0 ? Array(chunk.buffer) : nil)
                    }, box)
            }
            isOver = piece == nil
            return piece
        }
    }
}
