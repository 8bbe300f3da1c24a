import Foundation
import Testing

@testable import HearthConfiguration

@Suite struct StageTests {
    private let folder: TemporaryFolder

    /// A small repository with one plugin and the script.
    init() throws {
        folder = try TemporaryFolder()
        let script = try #require(FileManager.default.contents(atPath: repository + "/scripts/stage"))
        try folder.write("scripts/stage", Array(script))
        try folder.write("Plugins/Demo/plugin.toml", minimalManifest("demo", "[settings.id]\ntype = \"text\""))
        try folder.write("Plugins/Demo/Migrations/0001_rows.sql", "create table demo (id uuid);")
        try folder.write("Plugins/Demo/Migrations/.keep", "")
        try folder.write("Plugins/Demo/Templates/mail/welcome.txt", "Welcome")
        try folder.write(".build/debug/lib.so", "one")
    }

    private func stage(_ arguments: String...) throws -> (status: Int32, output: String) {
        try run("/bin/bash", [folder.path + "/scripts/stage"] + arguments)
    }

    private func staged(_ name: String) -> String? { folder.read(".build/plugins/demo/\(name)") }

    private func inode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.path + "/.build/plugins/demo/" + name)[.systemFileNumber] as? Int
    }

    @Test func `a built plugin is laid out as installed`() throws {
        let (status, output) = try stage()
        #expect(status == 0 && output.isEmpty)
        #expect(staged("plugin.toml") == folder.read("Plugins/Demo/plugin.toml"))
        #expect(staged("lib.so") == "one")
        #expect(staged("migrations/0001_rows.sql") == "create table demo (id uuid);")
        #expect(staged("templates/mail/welcome.txt") == "Welcome")
        #expect(staged("migrations/.keep") == nil && staged("seeds") == nil)
        #expect(try PluginManifest(contentsOf: folder.path + "/.build/plugins/demo/plugin.toml").id == "demo")
    }

    @Test func `staging again writes only what changed, by renames`() throws {
        #expect(try stage().status == 0)
        let library = try inode("lib.so")
        let manifest = try inode("plugin.toml")
        #expect(try stage().status == 0)
        #expect(try inode("lib.so") == library)
        // A mapped library keeps its old file: the new one is another.
        let mapped = try #require(FileHandle(forReadingAtPath: folder.path + "/.build/plugins/demo/lib.so"))
        try folder.write(".build/debug/lib.so", "two")
        #expect(try stage().status == 0)
        #expect(staged("lib.so") == "two")
        #expect(try inode("lib.so") != library)
        #expect(try inode("plugin.toml") == manifest)
        #expect(try mapped.readToEnd() == Data("one".utf8))
    }

    @Test func `files that are gone go from the staged plugin too`() throws {
        #expect(try stage().status == 0)
        try folder.write("Plugins/Demo/Migrations/0002_more.sql", "")
        try FileManager.default.removeItem(atPath: folder.path + "/Plugins/Demo/Migrations/0001_rows.sql")
        try FileManager.default.removeItem(atPath: folder.path + "/Plugins/Demo/Templates")
        #expect(try stage().status == 0)
        #expect(staged("migrations/0001_rows.sql") == nil && staged("migrations/0002_more.sql") == "")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/.build/plugins/demo/templates"))
    }

    @Test func `another configuration and destination can be named`() throws {
        try folder.write(".build/release/lib.so", "fast")
        #expect(try stage("release", folder.path + "/out").status == 0)
        #expect(folder.read("out/demo/lib.so") == "fast")
    }

    @Test func `a plugin that is not built is named with the command, and the others are staged`() throws {
        try folder.write("Plugins/Absent/plugin.toml", minimalManifest("absent").replacing("lib.so", with: "libabsent.so"))
        let (status, output) = try stage()
        #expect(status == 1)
        #expect(output == "stage: Plugins/Absent/plugin.toml: libabsent.so is not built; run: swift build -c debug\n")
        #expect(staged("lib.so") == "one")
        #expect(try stage("fast").status == 2)
    }
}
