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
    static let characterExists = Failure.badRequest("You already have a character. Delete it first to create a new one.")
    static let characterRequired = Failure.badRequest("Character required. Please complete onboarding first.")
    static let titleNotUnlocked = Failure.badRequest("You have not unlocked this title")
    static let noPoints = Failure.badRequest("No points to allocate.")
    static let statTooHigh = Failure.badRequest("A stat cannot exceed \(StatsDistribution.highest)")
    static let notInInventory = Failure.notFound("Item not found in your inventory")
    static let alreadyEquipped = Failure.badRequest("Item is already equipped")
    static let invalidSlot = Failure.badRequest("Invalid slot. Must be one of: weapon, armor, helmet, accessory, pet")
    static let itemNotFound = Failure.notFound("Item not found")
    static let itemNotAvailable = Failure.badRequest("Item is not available for purchase")
    static let itemNotYetAvailable = Failure.badRequest("Item is not yet available")
    static let itemNoLongerAvailable = Failure.badRequest("Item is no longer available")
    static let itemOwned = Failure.badRequest("You already own this item")

    static func tooManyItems(_ limit: Int) -> Failure { Failure(422, "At most \(limit) items can be added at once") }

    static func levelTooLow(for level: Int) -> Failure { .badRequest("You need to be level \(level) to purchase this item") }

    static func tooExpensive(_ price: Int, have coins: Int) -> Failure {
        .badRequest("Not enough coins. You have \(coins), need \(price)")
    }

    static func notEnoughPoints(_ have: Int, for wanted: Int) -> Failure {
        .badRequest("Not enough unallocated points. You have \(have), trying to spend \(wanted).")
    }

    static func nothingEquipped(in slot: Item.Category) -> Failure { .badRequest("No item equipped in \(slot.rawValue) slot") }

    static func frozen(until instant: Timestamp) -> Failure { .badRequest("Streak is already frozen until \(instant)") }

    static func freezeTooExpensive(_ price: Int, have coins: Int) -> Failure {
        .badRequest("Insufficient coins. Need \(price), have \(coins)")
    }
}
