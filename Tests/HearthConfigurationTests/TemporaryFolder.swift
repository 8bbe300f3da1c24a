import Foundation
import TestServers

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file, making its folders, and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The top folder of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// Runs a program to its end and gives its status and what it said.
func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let output = FileManager.default.temporaryDirectory.appending(path: "hearth-output-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let status = try SpawnedProcess(program, arguments, output: output, errors: output).waitUntilExit()
    return (status, try String(contentsOfFile: output, encoding: .utf8))
}

/// Compiles C text into a shared library.
func compile(_ source: String, into folder: TemporaryFolder, as name: String, _ flags: [String] = []) throws -> String {
    let file = try folder.write("\(name).c", source)
    let library = "\(folder.path)/\(name)"
    let (status, output) = try run("/usr/bin/cc", ["-shared", "-fPIC", "-o", library, file] + flags)
    guard status == 0 else { throw CompilerFailure(output: output) }
    return library
}

struct CompilerFailure: Error {
    var output: String
}
