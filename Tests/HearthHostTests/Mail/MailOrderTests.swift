import HearthDatabase
import HearthJSON
import Testing

@testable import HearthHost

/// What the job of a mail knows.
@Suite struct MailOrderTests {
    @Test(arguments: [
        MailOrder(mail: "tea", recipient: .address("ada@example.org"), language: nil, values: [:]),
        MailOrder(mail: "tea", recipient: .user(UUIDGenerator { 0 }.next()), language: "fr", values: ["a": [1, .null, "é"]]),
    ])
    func `an order comes back as it was`(order: MailOrder) { #expect(MailOrder(order.payload) == order) }

    @Test(arguments: ["", "{}", #"{"mail": "tea", "values": {}}"#, #"{"mail": "tea", "values": {}, "user": "x"}"#])
    func `anything else is none`(payload: String) { #expect(MailOrder(payload) == nil) }
}
