import Testing

@testable import HearthCache

@Suite struct RedisAddressTests {
    @Test func `a URL gives host, port, user, password and database`() throws {
        let short = try RedisAddress("redis://cache")
        #expect(short.host == "cache" && short.port == 6379 && short.password == nil && short.database == 0)
        let long = try RedisAddress("redis://me:p%40s:s@[::1]:7000/3")
        #expect(long.host == "::1" && long.port == 7000 && long.user == "me" && long.password == "p@s:s" && long.database == 3)
        #expect("\(long)" == "redis://::1:7000/3")
        #expect(try RedisAddress("redis://:x@h/").user == nil)
    }

    @Test(arguments: ["", "http://h", "redis://", "redis://h:0", "redis://h:x", "redis://h/x", "redis://pw@h", "redis://[::1"])
    func `a URL that is none is refused`(url: String) {
        let error = #expect(throws: CacheError.self) { _ = try RedisAddress(url) }
        #expect(error?.kind == .refused)
    }

    @Test func `TLS is refused with the reason`() {
        let error = #expect(throws: CacheError.self) { _ = try RedisAddress("rediss://h") }
        #expect(error?.message.contains("has no TLS") == true)
    }
}
