import Foundation
import Testing

@testable import HearthConfiguration

private let plugin = """
    #include <math.h>
    const void *hearth_plugin_entry(void) { return 0; }
    int another(double x) { return (int)cos(x); }
    __attribute__((weak)) int weak_one = 4;
    static int hidden(void) { return 1; }
    __attribute__((visibility("hidden"))) int invisible(void) { return hidden(); }
    __attribute__((constructor)) static void at_load(void) { weak_one = 5; }
    """

private let flags = [
    "-Wl,-z,nodelete", "-Wl,--build-id=sha1", "-Wl,-soname,libdemo.so.1", "-Wl,-rpath,/opt/x", "-Wl,--no-as-needed", "-lm",
]

@Suite struct ELFLibraryTests {
    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: path)))
    }

    private func complaint(_ bytes: [UInt8]) -> String {
        do {
            _ = try ELFLibrary(bytes)
            return ""
        } catch {
            return error.description
        }
    }

    @Test(arguments: ["gnu", "sysv", "both"])
    func `a library is described without loading it`(hashStyle: String) throws {
        let folder = try TemporaryFolder()
        let path = try compile(plugin, into: folder, as: "lib.so", flags + ["-Wl,--hash-style=\(hashStyle)"])
        let library = try ELFLibrary(bytes(path))
        #expect(library.machine == .ofThisHost)
        #expect(library.hasEntry)
        for name in ["another", "weak_one", "hearth_plugin_entry"] { #expect(library.exports.contains(name)) }
        for name in ["hidden", "invisible", "at_load", "cos", "printf"] { #expect(!library.exports.contains(name)) }
        #expect(library.needed.contains { $0.hasPrefix("libm.so") } && library.needed.contains { $0.hasPrefix("libc.so") })
        #expect(library.soname == "libdemo.so.1" && library.runPath == "/opt/x")
        #expect(library.nodelete)
        #expect(library.constructors >= 1)
        #expect(library.buildID?.count == 40)
        let (status, output) = try run("/usr/bin/readelf", ["-n", path])
        if status == 0 { #expect(output.contains("Build ID: \(library.buildID ?? "")")) }
    }

    @Test func `a version script leaves the entry alone`() throws {
        let folder = try TemporaryFolder()
        let script = repository + "/Sources/CHearth/plugin.map"
        let path = try compile(plugin, into: folder, as: "lib.so", ["-Wl,--version-script=\(script)", "-lm"])
        let library = try ELFLibrary(bytes(path))
        #expect(library.exports == ["hearth_plugin_entry"])
        #expect(!library.nodelete)
    }

    @Test func `a library that is cut short at any length is refused`() throws {
        let folder = try TemporaryFolder()
        let whole = try bytes(compile(plugin, into: folder, as: "lib.so", flags))
        // Past the last segment lie only the section headers, which nothing here reads.
        let reader = ELFReader(bytes: whole)
        let end = try ELFSegments(reader).segments.filter { $0.kind == ELFSegments.load }.map { $0.offset + $0.size }.max()
        let needed = Int(try #require(end))
        var lengths = Array(0..<1200) + stride(from: 1200, to: needed, by: 37)
        lengths += [needed - 1]
        for length in lengths where length < needed {
            #expect(!complaint(Array(whole[..<length])).isEmpty, "cut to \(length) bytes")
        }
        #expect(complaint(Array(whole[..<needed])).isEmpty)
        #expect(complaint([]) == "the file is empty")
        #expect(complaint(Array(whole[..<10])) == "the file ends within the ELF header, at byte 10")
    }

    @Test func `a library with any byte changed is described or refused, never a crash`() throws {
        let folder = try TemporaryFolder()
        let whole = try bytes(compile(plugin, into: folder, as: "lib.so", flags))
        var random = Seeded(state: 42)
        for position in 0..<1024 {
            var broken = whole
            for value: UInt8 in [0, 0x7F, 0xFF] {
                broken[position] = value
                _ = complaint(broken)
            }
        }
        for _ in 0..<500 {
            var broken = whole
            for _ in 0..<8 { broken[Int.random(in: 4..<broken.count, using: &random)] = .random(in: 0...255, using: &random) }
            _ = complaint(broken)
        }
    }

    @Test func `what is no library is refused with the reason`() throws {
        #expect(complaint(Array("#!/bin/sh\necho hello\n".utf8)) == "not an ELF file: it does not begin with 7F 45 4C 46")
        #expect(complaint([0x7F]) == "not an ELF file: it does not begin with 7F 45 4C 46")
        var header = [UInt8](repeating: 0, count: 64)
        header.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1])
        header[16] = 3
        header[18] = 3
        #expect(
            complaint(header) == "a 32-bit library for i386; this host loads 64-bit ones for \(ELFLibrary.Machine.ofThisHost)")
        header[4] = 2
        #expect(complaint(header) == "it has no program headers, so nothing of it can be loaded")
        header[5] = 2
        #expect(complaint(header) == "a big-endian library; this host loads little-endian ones")
        header[5] = 9
        #expect(complaint(header) == "the byte order 9 is unknown")
        header[5] = 1
        header[4] = 7
        #expect(complaint(header) == "the ELF class 7 is unknown")
    }

    @Test func `an object file is refused`() throws {
        let folder = try TemporaryFolder()
        let source = try folder.write("a.c", plugin)
        let object = folder.path + "/a.o"
        #expect(try run("/usr/bin/cc", ["-c", "-o", object, source]).status == 0)
        #expect(try complaint(bytes(object)) == "an object file, not a shared library")
    }
}

/// Random numbers that are the same in every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

@Suite struct PluginInspectionTests {
    private let manifest = """
        id = "demo"
        version = "1.2.3"
        abi = "1"
        name = "Demo"
        description = "Shows things."
        licence = "MIT"
        library = "libdemo.so"
        needs = ["progression/1"]
        wants = ["hearth.core/1"]
        [settings.page]
        type = "integer"
        default = 20
        description = "Rows."
        [settings.key]
        type = "text"
        secret = true
        [personal_data.demo_rows]
        user = "user_id"
        """

    @Test func `a plugin's folder is described without running its code`() throws {
        let folder = try TemporaryFolder()
        try folder.write("plugin.toml", manifest)
        let trace = folder.path + "/trace"
        let source = """
            #include <stdio.h>
            const void *hearth_plugin_entry(void) { return 0; }
            __attribute__((constructor)) static void at_load(void) { fclose(fopen("\(trace)", "w")); }
            """
        let script = repository + "/Sources/CHearth/plugin.map"
        _ = try compile(source, into: folder, as: "libdemo.so", ["-Wl,--version-script=\(script)"])
        let inspection = PluginInspection(path: folder.path)
        #expect(inspection.problems.isEmpty && inspection.warnings.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: trace), "the constructor has run")
        for line in [
            "plugin        demo 1.2.3 (Demo)", "needs         progression/1", "wants         hearth.core/1",
            "setting       page (integer, default 20): Rows.", "setting       key (secret, HEARTH_DEMO_KEY)",
            "personal data demo_rows, by user_id: whole rows", "exports       hearth_plugin_entry",
            "library       \(folder.path)/libdemo.so", "unloadable    yes; the host never unloads it",
        ] {
            #expect(inspection.description.split(separator: "\n").contains(Substring(line)), "\(inspection)")
        }
        #expect(PluginInspection(path: folder.path + "/plugin.toml").description == inspection.description)
    }

    @Test func `a library alone is described too, with what clashes`() throws {
        let folder = try TemporaryFolder()
        let path = try compile(plugin, into: folder, as: "lib.so", flags)
        let inspection = PluginInspection(path: path)
        #expect(inspection.manifest == nil && inspection.problems.isEmpty)
        #expect(inspection.warnings.count == 1)
        #expect(inspection.description.contains("hide them with the linker version script plugin.map"))
    }

    @Test func `a library without the entry is no plugin`() throws {
        let folder = try TemporaryFolder()
        let path = try compile("int hearth_plugin_entri(void) { return 0; }", into: folder, as: "lib.so")
        #expect(
            PluginInspection(path: path).problems.map(\.description) == [
                "\(path): it does not export hearth_plugin_entry, so it is not a plugin; did you mean \"hearth_plugin_entri\"?"
            ])
    }

    @Test func `faults are reported with their file`() throws {
        let folder = try TemporaryFolder()
        #expect(PluginInspection(path: folder.path + "/absent").problems.map(\.message) == ["there is no such file or folder"])
        #expect(PluginInspection(path: folder.path).problems.map(\.message) == ["the file is missing or cannot be read"])
        try folder.write("plugin.toml", manifest)
        #expect(PluginInspection(path: folder.path).problems.map(\.message) == ["the library is missing or cannot be read"])
        try folder.write("libdemo.so", "text")
        let inspection = PluginInspection(path: folder.path)
        #expect(inspection.problems.map(\.message) == ["not an ELF file: it does not begin with 7F 45 4C 46"])
        #expect(inspection.description.contains("error: \(folder.path)/libdemo.so: not an ELF file"))
    }
}
