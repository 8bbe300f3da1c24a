import HearthKit

/// Something that a user did, as `docs/services/progression-1.schema.json` describes it.
struct Activity: Input, Output {
    var userID = UUID.zero
    var source = Source()
    var baseXP = 0
    var localDate = LocalDate(days: 0)
    var occurredAt = Timestamp(microseconds: 0)
    /// Of what was done, such as `health`; nil when it has none.
    var category: String?

    static let schema = Schema<Activity>("ProgressionActivity") {
        Field("user_id", \.userID, .required)
        Field("source", \.source, .required)
        Field("base_xp", \.baseXP, .required, .range(0...1000))
        Field("local_date", \.localDate, .required)
        Field("occurred_at", \.occurredAt, .required)
        Field("category", \.category, .length(1...50))
    }

    /// How it is paid.
    var kind: ActivityKind { ActivityKind(named: source.kind) }

    /// What makes an activity the same one.
    struct Source: Input, Output, Hashable {
        var kind = ""
        var id = UUID.zero

        static let schema = Schema<Source>("ProgressionSource") {
            Field("kind", \.kind, .required, .length(1...50), .pattern("^[a-z][a-z0-9_]*$"))
            Field("id", \.id, .required)
        }
    }
}
