import HearthKit

/// What these routes refuse, in the words that clients know.
extension Failure {
    static let freezeLimit = Failure.badRequest("Monthly freeze limit reached (2 freezes per month)")
    static let vacationNotFound = Failure.notFound("Vacation not found")
    static let vacationInThePast = Failure.badRequest("A vacation begins today at the earliest")
    static let vacationReversed = Failure.badRequest("A vacation ends on the day it begins at the earliest")
    static let vacationTooLong = Failure.badRequest("A vacation lasts at most 60 days")
    static let vacationTooFar = Failure.badRequest("A vacation begins within a year")
    static let vacationOverlaps = Failure.conflict("There is a vacation on some of these days already")

    static func frozen(until instant: Timestamp) -> Failure { .badRequest("Streak is already frozen until \(instant)") }

    static func freezeTooExpensive(_ price: Int, have coins: Int) -> Failure {
        .badRequest("Insufficient coins. Need \(price), have \(coins)")
    }
}
