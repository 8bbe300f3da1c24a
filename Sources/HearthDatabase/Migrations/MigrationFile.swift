import Crypto
import FoundationEssentials

/// A file of migrations, read and translated.
struct MigrationFile {
    var version: Int
    var name: String
    var path: String
    /// SHA-256 of the file in hexadecimal digits.
    var checksum: String
    var up: [SchemaTranslator.TranslatedStatement]
    /// What undoes it; nil when the file has no section `-- down`.
    var down: [SchemaTranslator.TranslatedStatement]?

    /// Reads the files `NNNN_name.sql` of a folder in their order, for an engine. A folder that is not there has none.
    static func load(
        folder: String, scope: TableScope, dialect: Dialect
    ) throws(MigrationError) -> (
        files: [MigrationFile], catalogue: SchemaCatalogue
    ) {
        var files: [MigrationFile] = []
        var catalogue = SchemaCatalogue()
        for entry in try entries(of: folder, dialect: dialect) {
            let path = folder + "/" + entry.file
            let (text, checksum) = try SQLFile.read(path)
            var translator = SchemaTranslator(scope: scope, dialect: dialect, isNative: entry.isNative, catalogue: catalogue)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let marker = lines.firstIndex { $0.drop { $0 == " " }.lowercased().hasPrefix("-- down") }
            do throws(SQLRefusal) {
                let up = try translator.translate(lines[..<(marker ?? lines.count)].joined(separator: "\n"))
                catalogue = translator.catalogue
                var file = MigrationFile(version: entry.version, name: entry.name, path: path, checksum: checksum, up: up)
                if let marker {
                    let below = String(repeating: "\n", count: marker) + lines[marker...].joined(separator: "\n")
                    file.down = try translator.translate(below)
                }
                files.append(file)
            } catch {
                throw MigrationError(error.message, file: path, line: error.line)
            }
        }
        return (files, catalogue)
    }

    private struct Entry {
        var file: String
        var version: Int
        var name: String
        var isNative: Bool
    }

    private static func entries(of folder: String, dialect: Dialect) throws(MigrationError) -> [Entry] {
        var entries: [Entry] = []
        var twins: [String: Set<Dialect>] = [:]
        for file in try SQLFile.names(in: folder) {
            var stem = String(file.dropLast(4))
            let twin = Dialect.allCases.first { stem.hasSuffix(".\($0.rawValue)") }
            if let twin { stem.removeLast(twin.rawValue.count + 1) }
            let digits = stem.prefix { $0.isASCII && $0.isNumber }
            guard digits.count == 4, let version = Int(digits), stem.dropFirst(4).first == "_", stem.count > 5,
                !stem.contains(".")
            else {
                throw MigrationError(
                    "a migration is named NNNN_name.sql, or NNNN_name.sqlite.sql and NNNN_name.postgres.sql",
                    file: folder + "/" + file)
            }
            if let twin {
                twins[stem, default: []].insert(twin)
                if twin != dialect { continue }
            }
            if let other = entries.first(where: { $0.version == version }) {
                throw MigrationError("has the same number as \(other.file)", file: folder + "/" + file)
            }
            entries.append(Entry(file: file, version: version, name: String(stem.dropFirst(5)), isNative: twin != nil))
        }
        for (stem, found) in twins.sorted(by: { $0.key < $1.key }) {
            for missing in Dialect.allCases where !found.contains(missing) {
                throw MigrationError(
                    "its twin for \(missing.rawValue) is missing", file: "\(folder)/\(stem).\(missing.rawValue).sql")
            }
        }
        return entries.sorted { $0.version < $1.version }
    }
}

/// Files of SQL in a folder.
enum SQLFile {
    /// The names of the files `*.sql` in order; none when the folder is not there.
    static func names(in folder: String) throws(MigrationError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
        } catch {
            throw MigrationError("the folder cannot be read", file: folder)
        }
    }

    /// A file's text and checksum.
    static func read(_ path: String) throws(MigrationError) -> (text: String, checksum: String) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MigrationError("the file cannot be read", file: path)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MigrationError("the file is not UTF-8", file: path)
        }
        let digits = SHA256.hash(data: data).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return (text, digits.joined())
    }
}
