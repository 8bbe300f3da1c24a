import HearthAddresses
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "192.167.0.1", "2606:4700::1111", "2a00::1",
        "::ffff:8.8.8.8",
    ])
    func `an address that anybody may have is public`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.7", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::7f00:1", "2001:db8::1", "2002:7f00:1::", "2001::1", "3fff::1",
    ])
    func `an address that is set aside is not public`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isPublic)
    }

    @Test func `a network has the addresses that begin with its bits`() throws {
        let network = try #require(AddressNetwork("10.1.128.0/17"))
        #expect(network.contains(try #require(IPAddress("10.1.200.1"))))
        #expect(network.contains(try #require(IPAddress("::ffff:10.1.200.1"))))
        #expect(!network.contains(try #require(IPAddress("10.1.127.1"))))
        #expect(!network.contains(try #require(IPAddress("fd00::1"))))
        #expect(AddressNetwork("10.0.0.0/33") == nil)
        #expect(AddressNetwork("localhost") == nil)
    }
}
