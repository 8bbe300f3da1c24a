import HearthClient
import HearthConfiguration

extension HostCore {
    /// What sends the requests of plugins to other servers: the network, or a recording in tests.
    ///
    /// - Throws: `ConfigurationErrors` when a recording cannot be read
    static func openTransport(_ environment: HostEnvironment) throws -> any ClientTransport {
        switch environment.outboundHTTP {
        case .live: return NetworkTransport()
        case .record(let path): return RecordingTransport(NetworkTransport(), to: path)
        case .replay(let path):
            do throws(ClientError) {
                return try ReplayingTransport(path)
            } catch {
                throw ConfigurationErrors([
                    ConfigurationError(file: "environment", key: "OUTBOUND_HTTP", message: error.message)
                ])
            }
        }
    }
}
