import Glibc
import NIOCore

/// That an address cannot be listened on, in words for the operator.
struct ListenError: Error, CustomStringConvertible {
    let description: String

    init(_ address: HTTPServerConfiguration.Address, _ error: IOError) {
        let place =
            switch address {
            case .network(let host, let port): "\(host):\(port)"
            case .unix(let path): path
            }
        description = "\(place) cannot be listened on: \(String(cString: strerror(error.errnoCode)))"
    }
}
