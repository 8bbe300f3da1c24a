import HearthKit

/// How a user wants to be told.
struct Preferences: Output {
    let settings: DeliverySettings
    let kinds: [KindPreference]

    static let schema = Schema<Preferences>("NotificationPreferences") {
        Field("quiet_hours", .docs("Null for none.")) { $0.settings.quietHours }
        Field("digest") { $0.settings.digest }
        Field("kinds", .docs("Those that there are; any other goes everywhere.")) { $0.kinds }
    }

    init(of user: UUID, in context: Context) async throws {
        let (settings, stored) = try await context.query(
            DeliverySettings.of(user).rows(DeliverySettings.self), KindPreference.all(of: user).rows(UserPreference.self))
        self.settings = settings.first ?? DeliverySettings()
        let chosen = stored.map(\.preference)
        let rest = Set(KindPreference.known).subtracting(chosen.map(\.kind)).map { KindPreference(kind: $0) }
        kinds = (chosen + rest).sorted { $0.kind < $1.kind }
    }
}

/// A change of them. What is left out stays.
struct PreferencesUpdate: Input {
    var quietHours = Patch<QuietHours?>.unchanged
    var digest = Patch<DigestFrequency?>.unchanged
    var kinds: [KindPreference] = []

    static let schema = Schema<PreferencesUpdate>("NotificationPreferencesUpdate") {
        Field("quiet_hours", \.quietHours, .docs("In the user's own time zone. Null ends them."))
        Field("digest", \.digest)
        Field("kinds", \.kinds, .count(0...50), .docs("Channels that are left out are on."))
    }

    /// Those of the kinds; of a kind that is there twice the last.
    var preferences: [KindPreference] {
        Array(Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { _, last in last }).values).sorted { $0.kind < $1.kind }
    }
}
