import Testing

@testable import HearthDatabase

@Suite struct UUIDTests {
    @Test func `UUIDs ascend while the clock stands still and goes back`() {
        let clock = Shared<Int64>(1_763_675_498_908_149)
        let generator = UUIDGenerator(now: { clock.value })
        var last = generator.next()
        #expect(last.high >> 16 == 1_763_675_498_908)
        for step in 0..<10_000 {
            if step == 5_000 { clock.change { $0 -= 1_000_000 } }
            let next = generator.next()
            #expect(next > last)
            #expect(next.high >> 12 & 0xF == 7 && next.low >> 62 == 2)
            last = next
        }
        clock.change { $0 += 100_000_000 }
        #expect(generator.next().high >> 16 == 1_763_675_597_908)
    }

    @Test func `many threads never get the same one`() async {
        let generator = UUIDGenerator(now: { 0 })
        let all = await withTaskGroup(of: [DatabaseUUID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in generator.next() } } }
            return await group.reduce(into: Set<DatabaseUUID>()) { $0.formUnion($1) }
        }
        #expect(all.count == 8_000)
    }

    @Test func `text and bytes come back`() throws {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057"
        let uuid = try #require(DatabaseUUID(text))
        #expect(uuid.description == text && DatabaseUUID(text.uppercased()) == uuid)
        #expect(uuid.bytes.withUnsafeBytes { DatabaseUUID(bytes: $0) } == uuid)
        #expect(uuid.bytes.first == 0x01 && uuid.bytes.last == 0x57)
        for bad in [
            "", "01890a5dac96774bbcceb302099a8057", text + "0", String(text.dropLast()), text.replacing("a", with: "g"),
            "0189-0a5dac96-774b-bcce-b302099a8057",
        ] {
            #expect(DatabaseUUID(bad) == nil)
        }
    }
}
