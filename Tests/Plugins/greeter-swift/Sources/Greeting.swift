import HearthKit

/// A greeting as it is sent.
struct NewGreeting: Input {
    var message = ""

    static let schema = Schema<NewGreeting>("NewGreeting") {
        Field("message", \.message, .required, .length(1...500))
    }
}

/// A greeting as it is kept and answered.
struct Greeting: Output {
    let id: UUID
    let message: String
    let createdAt: Timestamp

    static let schema = Schema<Greeting>("SwiftGreeting") {
        Field("id") { $0.id }
        Field("message") { $0.message }
        Field("created_at") { $0.createdAt }
    }
}

extension Greeting: Row {
    init(row: inout RowReader) throws {
        id = try row.next()
        message = try row.next()
        createdAt = try row.next()
    }

    /// Keeps this greeting.
    func insertion(by user: UUID) -> SQL {
        """
        INSERT INTO greeter_swift_greetings (id, user_id, message, created_at)
        VALUES (\(id), \(user), \(message), \(createdAt))
        """
    }

    /// The last hundred of a user. Identifiers are UUIDs of version 7: their order is that of time.
    static func latest(of user: UUID) -> SQL {
        """
        SELECT id, message, created_at FROM greeter_swift_greetings WHERE user_id = \(user)
        ORDER BY id DESC LIMIT 100
        """
    }
}

/// The greetings of a user.
struct Greetings: Output {
    let greetings: [Greeting]

    static let schema = Schema<Greetings>("Greetings") {
        Field("greetings") { $0.greetings }
    }
}
