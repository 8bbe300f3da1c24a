import Testing

@testable import HearthKit

/// Which language a client likes best.
struct AcceptedLanguagesTests {
    @Test(arguments: [
        ("fr", "fr"), ("fr-CA", "fr"), ("FR-ca", "fr"), ("en-GB,en;q=0.9,fr;q=0.8", "en"), ("fr;q=0.3, en;q=0.7", "en"),
        ("de, fr;q=0.5", "fr"), ("de;q=1.0,en ; q=0.2", "en"), ("fr;q=0, en;q=0.1", "en"), ("en;q=0.5,fr;q=0.5", "en"),
        ("fr;q=nonsense, en;q=0.1", "en"), ("fr;level=1;q=0.1, en;q=0.2", "en"), ("french, en", "en"),
    ])
    func `the best of those that there are is chosen`(header: String, language: String) {
        #expect(AcceptedLanguages(header).best(of: ["fr", "en"]) == language)
    }

    @Test(arguments: [nil, "", "*", "de", ",", ";q=1", "fr;q=0", "fr_FR", "-", "\0"])
    func `who names none of them has no wish`(header: String?) {
        #expect(AcceptedLanguages(header).best(of: ["fr", "en"]) == nil)
        #expect(AcceptedLanguages("fr").best(of: []) == nil)
    }

    @Test(
        arguments: [
            ("en-GB, fr;q=0.5", "fr", "en"), (nil, "en-US", "en"), ("*", "en", "en"), ("de", "EN", "en"), ("de", "es", nil),
            (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func `what the user has chosen counts where the client has no wish`(header: String?, chosen: String?, language: String?) {
        #expect(AcceptedLanguages(header, orChosen: chosen).best(of: ["fr", "en"]) == language)
    }
}
