import Glibc

/// The names of time zones.
enum TimeZoneName {
    private static let folder = "/usr/share/zoneinfo"

    /// Whether a name is one of the IANA database: a file of the system's says so. Abbreviations such as `CEST` and rules
    /// such as `GMT+3` are none, although libraries take them.
    static func isKnown(_ name: String) -> Bool {
        if name == "UTC" { return true }
        // Only characters of names, so that no path leads out of the folder.
        guard name.utf8.count <= 50, name.utf8.first.map(isLetter) == true,
            name.utf8.allSatisfy({ isLetter($0) || "0123456789+-_/".utf8.contains($0) }),
            !["posix/", "right/"].contains(where: name.hasPrefix), name != "posixrules", name != "localtime",
            let file = fopen("\(folder)/\(name)", "rbe")
        else { return false }
        defer { fclose(file) }
        var magic = [UInt8](repeating: 0, count: 4)
        return fread(&magic, 1, 4, file) == 4 && magic == Array("TZif".utf8)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
}
