import HearthJSON
import HearthThreads

/// Calls the methods of a plugin's services that take an empty object.
struct CheckedServices: Sendable {
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
                let reply = await ServiceExchange.ask(
                    service, method, requestID: "check", actor: nil, deadline: .after(Self.limit))
                if case .failure(let error) = reply, error.status == Status.timeout {
                    report.fail("handlers", "\(service.name) \(method) had not replied after \(Self.limit)")
                }
                report.take(log.take())
            }
        }
    }
}
