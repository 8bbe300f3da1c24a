/// What users are told in.
enum Language: String, CaseIterable {
    case french = "fr"
    case english = "en"
}
