/// Groups values so finely that hardly anybody shares a group, and so coarsely that the groups are few: values below 8192 each
/// have one of their own, above that 4096 groups share each doubling, so that a group is at most 0.025 % wide.
///
/// The number of a value's bucket never falls when the value rises.
enum RankBucket {
    /// How many binary digits of a value count.
    private static let digits = 13

    /// The bucket of a value; 0 for 0.
    static func of(_ value: Int) -> Int {
        let dropped = max(0, Int.bitWidth - value.leadingZeroBitCount - digits)
        return dropped << (digits - 1) + value >> dropped
    }
}
