import HearthKit

/// The service that keeps what users are to be told. Its contract is `docs/services/notifications-1.schema.json`.
enum Notifications {
    /// Tells a user something, once for each key.
    static let send = ServiceMethod<Announcement, AnnouncementReceipt>("notifications/1", "send")
}

/// Something that a user is to be told.
struct Announcement: Output {
    /// A text in each language.
    struct Texts: Output {
        let en: String
        let fr: String

        static let schema = Schema<Texts>("AnnouncementTexts") {
            Field("en") { $0.en }
            Field("fr") { $0.fr }
        }
    }

    let userID: UUID
    let kind: String
    let title: Texts
    let body: Texts
    let data: JSONValue
    let key: String

    static let schema = Schema<Announcement>("Announcement") {
        Field("user_id") { $0.userID }
        Field("kind") { $0.kind }
        Field("title") { $0.title }
        Field("body") { $0.body }
        Field("data") { $0.data }
        Field("key") { $0.key }
    }

    /// What the other of two users is told of a request or of its acceptance.
    ///
    /// - Parameters:
    ///   - relation: With the request.
    ///   - user: Who is told.
    ///   - actor: Who has asked or accepted.
    init(of relation: Relation, to user: UUID, by actor: User) {
        userID = user
        let id = "\(relation.id)"
        if relation.status == .accepted {
            kind = "friend_accepted"
            title = Texts(en: "New friend", fr: "Nouvel ami")
            body = Texts(
                en: "\(actor.username) has accepted your friend request.", fr: "\(actor.username) a accepté votre demande d’ami.")
        } else {
            kind = "friend_request"
            title = Texts(en: "Friend request", fr: "Demande d’ami")
            body = Texts(
                en: "\(actor.username) would like to be your friend.", fr: "\(actor.username) vous a envoyé une demande d’ami.")
        }
        data = .object(["request_id": .string(id), "user_id": .string("\(actor.id)"), "username": .string(actor.username)])
        key = "\(kind):\(id)"
    }
}

/// What became of it.
struct AnnouncementReceipt: Input {
    var id: UUID?

    static let schema = Schema<AnnouncementReceipt>("AnnouncementReceipt") {
        Field("id", \.id)
    }
}

extension Context {
    /// Tells the other of two users what has just become of a request, in this transaction; nothing if he blocks the one who did it.
    func announce(_ relation: Relation, to user: UUID, by actor: Person) async throws {
        guard !relation.isBlocked(by: user) else { return }
        _ = try await call(Notifications.send, Announcement(of: relation, to: user, by: actor.user))
    }
}
