import HearthKit

/// Where a notification goes. By default everywhere.
struct Channels: Sendable, Hashable {
    /// Kept in the inbox.
    var inbox = true
    /// Told to the user's devices at once.
    var push = true
    /// Told in the mail that sums up, if the user wants one.
    var mail = true

    /// Whether nobody wants it.
    var isEmpty: Bool { !inbox && !push && !mail }

    /// What is left of them when the user has turned notifications off: the inbox, which disturbs nobody.
    var silent: Channels { Channels(inbox: inbox, push: false, mail: false) }
}
