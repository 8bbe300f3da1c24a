import CHearth

/// A file to be put, in the form of the C interface.
enum NewFile {
    /// Lends it to a call of the host.
    static func lend(
        _ key: String, _ type: String, _ user: UUID?, _ use: (UnsafePointer<hearth_new_file>) -> hearth_status
    ) -> hearth_status {
        key.lending(with: type) { key, type in
            func lend(_ id: UnsafePointer<UInt8>?) -> hearth_status {
                var file = hearth_new_file(
                    size: UInt32(MemoryLayout<hearth_new_file>.size), reserved: 0, key: key, content_type: type, user: id)
                return use(&file)
            }
            return user?.withBytes { lend($0.baseAddress?.assumingMemoryBound(to: UInt8.self)) } ?? lend(nil)
        }
    }

    /// The file that a put has given.
    static func there(_ file: FileInfo?) throws -> FileInfo {
        guard let file else { throw HostError(.failed, message: "the host says nothing of the file that was put") }
        return file
    }
}

/// A file that is put piece by piece.
struct NewFileStream: Sendable {
    private let context: Context
    private let number: UInt64

    init(_ context: Context, _ key: String, _ type: String, _ user: UUID?) throws {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        var number: UInt64 = 0
        let status = NewFile.lend(key, type, user) { table.pointee.create(runtime.host, context.handle, $0, &number) }
        try HostError.check(status, "create")
        self.context = context
        self.number = number
    }

    /// Gives a piece and waits until it is taken; with the last one, until the file is there.
    func write(_ bytes: [UInt8], isLast: Bool) async throws -> FileInfo? {
        let (runtime, table) = (context.runtime, try context.runtime.files)
        return try await ContinuationBox<FileInfo?>.waiting(for: "write") { box in
            bytes.lending {
                table.pointee.write(runtime.host, context.handle, number, $0, isLast ? 1 : 0, FileInfo.found, box)
            }
        }
    }

    /// Gives it up, unless it is over.
    func close() {
        guard let table = try? context.runtime.files else { return }
        _ = table.pointee.close(context.runtime.host, context.handle, number)
    }
}
