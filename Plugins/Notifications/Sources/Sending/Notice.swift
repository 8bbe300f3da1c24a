import HearthKit

/// What is to be said, to whomever.
struct Notice: Input, Output {
    var kind = ""
    var title = LocalizedText()
    var body = LocalizedText()
    var data: JSONObject?
    var key: String?

    static let schema = Schema<Notice>("Notice") {
        Field("kind", \.kind, .required, .notificationKind, .example("level_up"))
        Field("title", \.title, .required)
        Field("body", \.body, .required)
        Field("data", \.data, .docs("For programs, such as the ids of what it is about; at most 16 KiB."))
        Field("key", \.key, .length(1...200), .docs("The same key means the same notification: it comes once."))
    }

    /// The most bytes of the data.
    private static let dataLimit = 16 << 10

    /// What no schema can say about it.
    ///
    /// - Throws: ``Failure`` 422.
    func check() throws(Failure) {
        guard data.map({ JSONValue.object($0).text.utf8.count <= Self.dataLimit }) ?? true else {
            throw .invalid(.init(at: ["body", "data"], "Data should have at most 16 KiB", type: "too_long"))
        }
    }
}

extension Constraint {
    /// The form of the kinds of notifications.
    static let notificationKind = Constraint.pattern("^[a-z][a-z0-9_]{0,49}$")
}
