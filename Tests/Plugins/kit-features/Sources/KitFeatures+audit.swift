import HearthKit

extension KitFeatures {
    /// Routes that write to the audit log.
    static func addAuditing(to setup: Setup) {
        let routes = setup.routes(tag: "kit-features", access: .optional)
        routes.route(.post, "/kit-features/audit", "Do something that is kept", body: Deed.self) { request in
            let deed = request.body
            let details: JSONObject = deed.isDetailed ? ["reason": "because", "count": 2] : [:]
            do {
                switch deed.ending {
                case "none": try await request.context.audit(deed.action, subject: deed.subject, details: details)
                default:
                    try await request.context.transaction { transaction in
                        try await transaction.audit(deed.action, subject: deed.subject, details: details)
                        if deed.ending == "rollback" { throw Failure(409, "rolled back") }
                    }
                }
            } catch let error as HostError {
                throw Failure(error.kind == .invalid ? 400 : error.kind == .tooLarge ? 413 : 500, error.message)
            }
            return Nothing()
        }
    }
}

/// What is done.
struct Deed: Input {
    var action = ""
    var subject = ""
    var ending = "none"
    var isDetailed = false

    static let schema = Schema<Deed>("Deed") {
        Field("action", \.action, .required)
        Field("subject", \.subject)
        Field("ending", \.ending)
        Field("detailed", \.isDetailed)
    }
}
