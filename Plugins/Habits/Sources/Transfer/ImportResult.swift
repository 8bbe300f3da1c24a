import HearthKit

/// What an import has added.
struct ImportResult: Output, Hashable {
    var isDryRun = false
    var habits = Count()
    var completions = Count()

    static let schema = Schema<ImportResult>("ImportResult") {
        Field("dry_run", .docs("Whether nothing was kept of it.")) { $0.isDryRun }
        Field("habits") { $0.habits }
        Field("completions") { $0.completions }
    }

    /// How many records of a kind.
    struct Count: Output, Hashable {
        var created = 0
        /// There already: a habit by its id, a completion by its id or day.
        var present = 0

        static let schema = Schema<Count>("ImportCount") {
            Field("created") { $0.created }
            Field("present", .docs("Were there already, by their id or, for a completion, by its day.")) { $0.present }
        }
    }
}
