import HearthDatabase
import HearthJSON
import HearthThreads

/// Calls the methods of a plugin's services that take an empty object, as another plugin would.
struct CheckedServices: Sendable {
    let plugin: PluginInstance
    let services: [ProvidedService]
    let report: CheckReport
    let log: CheckLog

    /// How long a reply may take.
    private static let limit = Duration.seconds(2)

    /// Calls them, one after the other.
    func run() async {
        for service in services {
            for (method, schema) in service.inputs.sorted(by: { $0.key < $1.key })
            where schema.validate(.object(JSONObject())).isEmpty {
                report.step("\(service.name) \(method)")
                if await call(service, method) == Status.timeout {
                    report.fail("handlers", "\(service.name) \(method) had not replied after \(Self.limit)")
                }
                report.take(log.take())
            }
        }
    }

    /// - Returns: the status of the reply
    private func call(_ service: ProvidedService, _ method: String) async -> UInt32 {
        let caller = CallContext(
            plugin: plugin, purpose: .lifecycle, requestID: "check", actor: nil, deadline: .after(Self.limit))
        plugin.services.contexts.open(caller)
        defer { plugin.services.contexts.close(caller) }
        return await withCheckedContinuation { continuation in
            ServiceExchange(service, method: method, input: Array("{}".utf8), on: caller, piece: nil) { result in
                switch result {
                case .success: continuation.resume(returning: Status.ok)
                case .failure(let error): continuation.resume(returning: error.status)
                }
            }.start()
        }
    }
}
