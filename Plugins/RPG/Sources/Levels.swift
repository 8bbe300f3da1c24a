import Glibc

/// The levels, and how much experience each of them needs.
///
/// Level 1 needs none; level n needs the sum of ⌊100 · k^1.8⌋ over k from 2 to n. (The sample values of the document that the
/// formula comes from, 100 for level 2 and 871 for level 5, do not follow from it; the formula counts.)
enum Levels {
    /// The highest level.
    static let last = 200
    /// Experience needed for each level; the first is for level 1.
    private static let needed: [Int] = (2...last).reduce(into: [0]) { needed, level in
        needed.append(needed[level - 2] + Int(100 * pow(Double(level), 1.8)))
    }

    /// How much experience a level needs altogether.
    ///
    /// - Parameter level: What is outside of the levels counts as the nearest one.
    static func xp(for level: Int) -> Int { needed[min(max(level, 1), last) - 1] }

    /// The level that somebody with this experience has.
    static func reached(with xp: Int) -> Int {
        // The first level that needs more, by bisection.
        var (low, high) = (1, last + 1)
        while low < high {
            let middle = (low + high) / 2
            if middle <= last, needed[middle - 1] <= xp { low = middle + 1 } else { high = middle }
        }
        return max(1, low - 1)
    }
}
