import Synchronization

/// How much of an answer has been passed on.
final class Progress: Sendable {
    private let count = Atomic(0)

    /// Bytes of text.
    var bytes: Int { count.load(ordering: .acquiring) }

    func add(_ text: String) { count.add(text.utf8.count, ordering: .acquiringAndReleasing) }
}
