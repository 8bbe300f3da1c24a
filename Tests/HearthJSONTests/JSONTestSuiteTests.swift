import Foundation
import HearthJSON
import Testing

/// Nicolas Seriot's JSONTestSuite, which lies beside the repository where it is developed.
private enum TestSuite {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/json-parsing")

    static func files(_ prefix: String) -> [URL] {
        let all = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return all.filter { $0.lastPathComponent.hasPrefix(prefix) && $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
    }

    static var isHere: Bool { !files("y_").isEmpty }

    static func parse(_ file: URL) throws -> JSONValue { try JSONValue(parsing: [UInt8](Data(contentsOf: file))) }
}

@Suite(.enabled(if: TestSuite.isHere, "JSONTestSuite is not at ../shared/data/json-parsing"))
struct JSONTestSuiteTests {
    /// RFC 8259 only advises unique names; two readers that pick different ones are a way around checks.
    private static let refusedAllTheSame: Set = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]

    @Test func `every text that must be accepted is accepted and survives a round trip`() throws {
        let files = TestSuite.files("y_").filter { !Self.refusedAllTheSame.contains($0.lastPathComponent) }
        #expect(files.count > 80)
        for file in files {
            let value = try #require(try? TestSuite.parse(file), "\(file.lastPathComponent)")
            #expect(try JSONValue(parsing: value.text) == value, "\(file.lastPathComponent)")
        }
    }

    @Test func `every text that must be refused is refused`() {
        let files = TestSuite.files("n_") + TestSuite.files("y_object_duplicated_key")
        #expect(files.count > 150)
        for file in files {
            #expect(throws: JSONParseError.self, "\(file.lastPathComponent)") { try TestSuite.parse(file) }
        }
    }

    @Test func `of the texts that may be either the strict choice is made`() throws {
        let accepted = TestSuite.files("i_").filter { (try? TestSuite.parse($0)) != nil }.map(\.lastPathComponent)
        #expect(
            Set(accepted) == [
                "i_number_double_huge_neg_exp.json", "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
                "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
            ])
    }
}
