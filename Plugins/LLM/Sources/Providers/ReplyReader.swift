import HearthKit

/// Reads one answer that comes as a stream of JSON.
protocol ReplyReader: Sendable {
    associatedtype Splitter: StreamSplitter

    /// Cuts the stream into the texts of JSON.
    var splitter: Splitter { get set }

    /// Takes a piece of the answer; kinds that this version does not know are passed over.
    ///
    /// - Returns: The text that it adds to the answer; may be empty.
    /// - Throws: ``ProviderError`` for an error in the place of a piece.
    mutating func read(_ piece: JSONValue) throws(ProviderError) -> String

    /// The whole answer, when there are no more pieces.
    ///
    /// - Throws: ``ProviderError`` when it was cut off.
    func whole() throws(ProviderError) -> ChatReply
}

extension ReplyReader {
    /// Takes bytes as the network cuts them.
    ///
    /// - Returns: The text that they add to the answer; may be empty.
    mutating func take(_ bytes: [UInt8]) throws(ProviderError) -> String {
        let texts: [String]
        do { texts = try splitter.take(bytes) } catch {
            throw ProviderError(.malformed, "a line of the stream is too long")
        }
        var added = ""
        for text in texts { added += try read(text) }
        return added
    }

    /// The stream is over.
    ///
    /// - Returns: The whole answer.
    mutating func finish() throws(ProviderError) -> ChatReply {
        if let text = splitter.finish() { _ = try read(text) }
        return try whole()
    }

    private mutating func read(_ text: String) throws(ProviderError) -> String {
        // With `[DONE]` many a stream ends that is JSON otherwise.
        if text.isEmpty || text == "[DONE]" { return "" }
        let piece: JSONValue
        do { piece = try JSONValue(parsing: text) } catch {
            throw ProviderError(.malformed, "a piece of the stream is no JSON: \(error)")
        }
        return try read(piece)
    }
}
