import HearthKit

/// Something that a user is told in both languages, whether he is there or not, by whoever provides `notifications/1`.
struct Notification {
    /// A text in both languages.
    struct Text: Output {
        let english: String
        let french: String

        static let schema = Schema<Text>("NotificationText") {
            Field("en") { $0.english }
            Field("fr") { $0.french }
        }
    }

    let kind: String
    let title: Text
    let body: Text
    var data = JSONObject()
    /// A user is told once what has the same key.
    let key: String

    /// What is sent.
    fileprivate struct Message: Output {
        let userID: UUID
        let notification: Notification

        static let schema = Schema<Message>("Notification") {
            Field("user_id") { $0.userID }
            Field("kind") { $0.notification.kind }
            Field("title") { $0.notification.title }
            Field("body") { $0.notification.body }
            Field("data") { JSONMembers(object: $0.notification.data) }
            Field("key") { $0.notification.key }
        }
    }

    /// What is answered.
    fileprivate struct Receipt: Input {
        var id: UUID?

        static let schema = Schema<Receipt>("NotificationReceipt") { Field("id", \.id) }
    }

    fileprivate static let service = ServiceMethod<Message, Receipt>("notifications/1", "send")
}

extension Notification {
    static func levelUp(_ level: Int) -> Notification {
        let reward = LevelReward.of(level)
        let english = [
            "\(reward.statPoints) stat points to give", reward.coins > 0 ? "\(reward.coins) coins" : nil,
            reward.title.map { "the title “\($0)”" },
        ]
        let french = [
            "\(reward.statPoints) points de statistiques à répartir", reward.coins > 0 ? "\(reward.coins) pièces" : nil,
            reward.title.map { "le titre « \($0) »" },
        ]
        return Notification(
            kind: "level_up", title: Text(english: "Level \(level)!", french: "Niveau \(level) !"),
            body: Text(
                english: "It brings \(english.compactMap { $0 }.joined(separator: ", ")).",
                french: "Vous gagnez \(french.compactMap { $0 }.joined(separator: ", "))."),
            data: ["level": .integer(Int64(level))], key: "level_up:\(level)")
    }

    static func badgeUnlocked(_ badge: Badge) -> Notification {
        Notification(
            kind: "badge_unlocked",
            title: Text(english: "\(badge.icon) New badge: \(badge.name)", french: "\(badge.icon) Nouveau badge : \(badge.name)"),
            body: Text(english: badge.descriptionInEnglish, french: badge.description),
            data: ["badge_id": .string("\(badge.id)"), "code": .string(badge.code)], key: "badge_unlocked:\(badge.code)")
    }

    /// - Parameters:
    ///   - streak: In days.
    ///   - day: The last one on which it can be kept.
    static func streakWarning(_ streak: Int, on day: LocalDate) -> Notification {
        Notification(
            kind: "streak_warning",
            title: Text(english: "🔥 Your streak ends today", french: "🔥 Votre série s'arrête aujourd'hui"),
            body: Text(
                english: "Complete a habit before midnight to keep your \(streak)-day streak.",
                french: "Accomplissez une habitude avant minuit pour garder votre série de \(streak) jours."),
            data: ["streak": .integer(Int64(streak)), "date": .string("\(day)")], key: "streak_warning:\(day)")
    }
}

extension Context {
    /// Tells a user something, in the transaction of this context if there is one. Nothing happens when nobody provides the service.
    func send(_ notification: Notification, to user: UUID) async throws {
        _ = try await call(Notification.service, Notification.Message(userID: user, notification: notification))
    }
}
