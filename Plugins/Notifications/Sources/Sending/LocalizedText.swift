import HearthKit

/// A text in each language of the product: who shows it chooses.
struct LocalizedText: Input, Output, Hashable {
    var en = ""
    var fr = ""

    static let schema = Schema<LocalizedText>("LocalizedText") {
        Field("en", \.en, .required, .length(1...2000))
        Field("fr", \.fr, .required, .length(1...2000))
    }
}
