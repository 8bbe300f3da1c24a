/// A shared library as its file describes it: read, never loaded.
public struct ELFLibrary: Sendable, Equatable {
    /// For which processor it is.
    public enum Machine: Sendable, Equatable, CustomStringConvertible {
        /// 64-bit x86.
        case x86_64
        /// 64-bit ARM.
        case aarch64
        /// Another one, by its ELF number.
        case other(UInt16)

        init(_ number: UInt16) {
            self = number == 62 ? .x86_64 : number == 183 ? .aarch64 : .other(number)
        }

        /// The processor of this host.
        public static var ofThisHost: Machine {
            #if arch(arm64)
                .aarch64
            #else
                .x86_64
            #endif
        }

        /// Its name.
        public var description: String {
            switch self {
            case .x86_64: "x86-64"
            case .aarch64: "AArch64"
            case .other(3): "i386"
            case .other(40): "ARM"
            case .other(243): "RISC-V"
            case .other(let number): "processor number \(number)"
            }
        }
    }

    /// The processor.
    public let machine: Machine
    /// The names that other code can bind to, sorted.
    public let exports: [String]
    /// The libraries that must be there, in the order of the file.
    public let needed: [String]
    /// Where those are looked for first.
    public let runPath: String?
    /// The name that the library gives itself.
    public let soname: String?
    /// The identity of the build, in hexadecimal digits.
    public let buildID: String?
    /// Whether the library forbids its unloading (`-z nodelete`).
    public let nodelete: Bool
    /// How many functions run as soon as it is loaded.
    public let constructors: Int

    /// Whether the entry of a plugin is among the exports.
    public var hasEntry: Bool { exports.contains(Self.entry) }

    static let entry = "hearth_plugin_entry"

    /// Reads the bytes of a file.
    ///
    /// - Throws: what keeps them from being a 64-bit little-endian shared library.
    public init(_ bytes: [UInt8]) throws(ELFError) {
        let reader = ELFReader(bytes: bytes)
        machine = try Self.header(reader)
        let segments = try ELFSegments(reader)
        let dynamic = try ELFDynamicSection(reader, segments)
        exports = try dynamic.exports()
        needed = try dynamic.names(.needed)
        soname = try dynamic.names(.soname).first
        let runPaths = try dynamic.names(.runPath)
        runPath = try (runPaths + dynamic.names(.rPath)).first
        buildID = try segments.buildID(reader)
        nodelete = dynamic[.flags1].map { $0 & 0x8 != 0 } ?? false
        constructors = Int(clamping: (dynamic[.initArraySize] ?? 0) / 8) + (dynamic[.initialiser] == nil ? 0 : 1)
    }

    /// Checks the identification and kind of the file.
    private static func header(_ reader: ELFReader) throws(ELFError) -> Machine {
        let bytes = reader.bytes
        if bytes.isEmpty { throw ELFError("the file is empty") }
        guard bytes.count >= 4, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw ELFError("not an ELF file: it does not begin with 7F 45 4C 46")
        }
        let width = try reader.number(UInt8.self, at: 4, "the ELF header")
        let order = try reader.number(UInt8.self, at: 5, "the ELF header")
        if order == 2 { throw ELFError("a big-endian library; this host loads little-endian ones") }
        guard order == 1 else { throw ELFError("the byte order \(order) is unknown") }
        let machine = Machine(try reader.number(UInt16.self, at: 18, "the ELF header"))
        if width == 1 { throw ELFError("a 32-bit library for \(machine); this host loads 64-bit ones for \(Machine.ofThisHost)") }
        guard width == 2 else { throw ELFError("the ELF class \(width) is unknown") }
        let kind = try reader.number(UInt16.self, at: 16, "the ELF header")
        guard kind == 3 else {
            let names: [UInt16: String] = [1: "an object file", 2: "a program", 4: "a core dump"]
            throw ELFError("\(names[kind] ?? "an ELF file of kind \(kind)"), not a shared library")
        }
        return machine
    }
}
