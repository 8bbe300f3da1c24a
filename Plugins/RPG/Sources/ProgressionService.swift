import HearthKit

/// The service that other plugins call: `docs/services/progression-1.schema.json`.
enum ProgressionService {
    private static let name = "progression/1"
    private static let preview = ServiceMethod<Activity, Reward>(name, "preview")
    private static let award = ServiceMethod<Activity, Reward>(name, "award")
    private static let revoke = ServiceMethod<Activity, Reward>(name, "revoke")

    /// Provides it.
    static func add(to setup: Setup) {
        setup.provide(name) {
            ProvidedMethod(preview, "What `award` would answer now. Changes nothing.") { try await $0.preview($1) }
            ProvidedMethod(award, "Credits an activity, once for each source.") { try await $0.award($1) }
            ProvidedMethod(revoke, "Takes back what a source was credited with, once.") { try await $0.revoke($1) }
        }
    }
}
