import CHearth
import HTTPTypes
import HearthConfiguration
import HearthDatabase
import HearthFiles

/// Copies what a plugin passes about files.
enum FilesReader {
    private static let longestType = 200

    /// A key; nil when it is none.
    static func key(_ text: hearth_string, of plugin: PluginInstance) -> FileKey? {
        text.text.flatMap { FileKey(plugin: plugin.id, $0) }
    }

    /// A file to be put; nil when a member is wrong.
    static func read(_ pointer: UnsafePointer<hearth_new_file>?, of plugin: PluginInstance) -> NewFile? {
        guard let pointer, pointer.pointee.size >= 24 else { return nil }
        let foreign = StructReader.read(pointer, size: pointer.pointee.size)
        guard let key = key(foreign.key, of: plugin), var type = foreign.content_type.text else { return nil }
        if type.isEmpty { type = "application/octet-stream" }
        guard type.utf8.count <= longestType, HTTPField.isValidValue(type), MediaRange.any.matches(type) else { return nil }
        let user = foreign.user.flatMap { DatabaseUUID(bytes: UnsafeRawBufferPointer(start: $0, count: 16)) }
        return NewFile(key: key, contentType: type, user: user)
    }
}

extension StoredFile {
    /// Lends the file in the form of the C interface.
    func lend(_ use: (UnsafePointer<hearth_file>?) -> Void) {
        Self.lend([self]) { files in use(files?.pointee) }
    }

    /// Lends files in the form of the C interface.
    static func lend(_ files: [StoredFile], _ use: (UnsafePointer<UnsafePointer<hearth_file>?>?) -> Void) {
        var text: [UInt8] = []
        func place(_ part: String) -> Range<Int> {
            let start = text.count
            text += part.utf8
            return start..<text.count
        }
        let places = files.map { (key: place($0.key.text), type: place($0.contentType), etag: place($0.etag)) }
        text.withUnsafeBytes { memory in
            func string(_ range: Range<Int>) -> hearth_string {
                hearth_string(
                    data: memory.baseAddress.map { $0.advanced(by: range.lowerBound).assumingMemoryBound(to: CChar.self) },
                    length: UInt64(range.count))
            }
            let foreign = zip(files, places).map { file, place in
                hearth_file(
                    size: UInt32(MemoryLayout<hearth_file>.size), reserved: 0, key: string(place.key),
                    content_type: string(place.type), etag: string(place.etag), length: UInt64(file.size),
                    modified: file.modified)
            }
            foreign.withUnsafeBufferPointer { foreign in
                let pointers = foreign.indices.map { index in foreign.baseAddress.map { $0 + index } }
                pointers.withUnsafeBufferPointer { use($0.baseAddress) }
            }
        }
    }
}

extension ForeignError {
    init(_ error: FileError) {
        switch error {
        case .type: self.init(Status.denied, code: "type", error.description)
        case .size: self.init(Status.tooLarge, code: "size", error.description)
        case .quota: self.init(Status.tooLarge, code: "quota", error.description)
        case .expired: self.init(Status.timeout, error.description)
        case .over: self.init(Status.cancelled, error.description)
        case .database(let reason): self.init(reason)
        case .storage: self.init(Status.unavailable, code: "storage", error.description, isRetryable: true)
        }
    }
}
