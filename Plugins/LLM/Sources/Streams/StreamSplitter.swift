/// Cuts a stream into texts.
protocol StreamSplitter: Sendable {
    /// Takes bytes as the network cuts them.
    ///
    /// - Returns: The texts that are complete now.
    mutating func take(_ bytes: [UInt8]) throws(LineSplitter.TooLong) -> [String]

    /// The stream is over.
    ///
    /// - Returns: A last text that nothing has ended; nil for none.
    mutating func finish() -> String?
}
