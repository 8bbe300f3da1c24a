import HearthKit

extension KitFeatures {
    static let greeting = Mail<Greeting>("greeting")

    /// A mail, and a route that sends it.
    static func addMails(to setup: Setup, _ routes: Routes) {
        setup.mail(greeting)
        routes.route(.post, "/kit-features/mails", "Send mails in a transaction", body: MailWish.self) { request in
            let wish = request.body
            let recipient = UUID(wish.user).map { MailRecipient.user($0) } ?? .address(wish.address)
            do {
                try await request.context.transaction { transaction in
                    for number in 1...wish.count {
                        try await transaction.send(
                            greeting, Greeting(name: wish.name, count: number, items: wish.items), to: recipient,
                            language: wish.language.isEmpty ? nil : wish.language, key: wish.key.isEmpty ? nil : wish.key)
                    }
                    if !wish.isCommitted { throw Failure(409, "rolled back") }
                }
            } catch let error as HostError where error.kind == .invalid {
                throw Failure(400, "refused")
            }
            return Count(number: wish.count)
        }
    }
}

/// What stands in the greeting.
struct Greeting: Output {
    let name: String
    let count: Int
    let items: [String]

    static let schema = Schema<Greeting>("Greeting") {
        Field("name") { $0.name }
        Field("count") { $0.count }
        Field("items") { $0.items }
    }
}

/// Which mails to send.
struct MailWish: Input {
    var user = ""
    var address = ""
    var name = ""
    var items: [String] = []
    var language = ""
    var key = ""
    var count = 1
    var isCommitted = true

    static let schema = Schema<MailWish>("MailWish") {
        Field("user", \.user)
        Field("address", \.address)
        Field("name", \.name)
        Field("items", \.items)
        Field("language", \.language)
        Field("key", \.key)
        Field("count", \.count, .range(1...1000))
        Field("commit", \.isCommitted)
    }

    init() {}
}
