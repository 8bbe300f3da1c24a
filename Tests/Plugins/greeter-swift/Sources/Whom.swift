import HearthKit

/// The query of `GET /greeter-swift/hello`. The values of a fresh one are the defaults.
struct Whom: Input {
    var name = "World"

    static let schema = Schema<Whom>("Whom") {
        Field("name", \.name, .length(1...100), .docs("Whom to greet, by default the world."))
    }
}

/// Its answer.
struct Hello: Output {
    let message: String

    static let schema = Schema<Hello>("Hello") {
        Field("message") { $0.message }
    }
}
