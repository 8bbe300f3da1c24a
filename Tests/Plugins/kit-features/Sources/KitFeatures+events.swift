import HearthKit
import Synchronization

/// A note was taken; its key is who took it.
private let noteTaken = Event<Note>("note.taken/1")
/// As the plugin of habits declares it.
private let habitCompleted = Event<HeardCompletion>("habit.completed/1")

extension KitFeatures {
    /// Publishes and hears of events.
    static func addEvents(to routes: Routes, _ setup: Setup) {
        let heard = Heard()
        setup.declare(noteTaken, "A note was taken. Its key is who took it.") { _, cursor, _ in
            // One a page.
            let number = cursor.flatMap { Int($0) } ?? 1
            return EventPage(
                [.init(Note(text: "old \(number)"), key: "past", at: Timestamp(microseconds: Int64(number)))],
                next: number < 3 ? "\(number + 1)" : nil)
        }
        setup.subscribe(to: noteTaken, as: "notes") { context, event in
            guard event.payload.text != "fails once" || event.attempt > 1 else { throw Failure(500, "not now") }
            heard.add("\(event.key) \(event.id ?? 0) \(event.payload.text)")
        }
        setup.subscribe(inTransactionOf: noteTaken, as: "censor") { context, event in
            guard try context.info().isBorrowed else { throw Failure(500, "not in the transaction") }
            guard event.payload.text != "rude" else { throw ServiceError("rude", "Mind your words") }
        }
        setup.subscribe(to: habitCompleted, as: "completions") { context, event in
            heard.add("\(event.key) \(event.id ?? 0) \(event.payload.userID == event.key) \(event.payload.streak)")
        }
        routes.route(.post, "/kit-features/notes", "Take a note", query: Ending.self, body: Note.self) { request in
            do {
                return try await request.context.transaction { transaction in
                    let id = try await transaction.publish(noteTaken, key: "ada", request.body)
                    guard request.query.isCommitted else { throw Failure(409, "rolled back") }
                    return Count(number: Int(id))
                }
            } catch let error as HostError where error.code == "rude" {
                throw Failure(400, error.message)
            }
        }
        routes.route(.get, "/kit-features/heard", "Tell what was heard") { _ in HeardList(heard: heard.all) }
    }
}

/// What the plugin has heard.
private final class Heard: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ text: String) { list.withLock { $0.append(text) } }
}

/// A note.
struct Note: Input, Output {
    var text = ""

    init() {}
    init(text: String) { self.text = text }

    static let schema = Schema<Note>("Note") { Field("text", \.text, .required, .length(1...100)) }
}

/// What it wants to know about a completion.
struct HeardCompletion: Input {
    var userID = ""
    var streak = 0

    static let schema = Schema<HeardCompletion>("HeardCompletion") {
        Field("user_id", \.userID)
        Field("streak", \.streak)
    }
}

/// What was heard.
struct HeardList: Output {
    let heard: [String]

    static let schema = Schema<HeardList>("HeardList") { Field("heard") { $0.heard } }
}
