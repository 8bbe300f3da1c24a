public import HTTPTypes
import NIOHTTP1

extension HTTPResponse.Status {
    /// The status of a number, with the phrase that is registered for it; without a phrase when there is none.
    ///
    /// - Parameter number: 100 to 599.
    public init(number: Int) {
        self.init(code: number, reasonPhrase: HTTPResponseStatus(statusCode: number).reasonPhrase)
    }
}
