/// The chance in a fight: the same numbers for the same seed, on every machine and for ever (SplitMix64). What is drawn, and in
/// which order, is part of what makes a fight replayable.
struct CombatRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from 0 to one less than a bound, each as likely as the others to within 2^-50. Own arithmetic: that of the
    /// standard library may change.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// Whether something happens that is likely by so many thousandths.
    mutating func happens(_ thousandths: Int) -> Bool { below(1000) < thousandths }
}
