import HearthDatabase
import HearthJSON
import HearthJobs

/// A mail that a plugin wants to be sent: what the job of it knows.
struct MailOrder: Sendable, Equatable {
    /// To whom.
    enum Recipient: Sendable, Equatable {
        case user(DatabaseUUID)
        case address(String)
    }

    /// The name of the template.
    var mail: String
    var recipient: Recipient
    /// Nil for the user's.
    var language: String?
    /// For the template.
    var values: JSONObject

    init(mail: String, recipient: Recipient, language: String?, values: JSONObject) {
        self.mail = mail
        self.recipient = recipient
        self.language = language
        self.values = values
    }

    /// Reads the payload of a job.
    init?(_ payload: String) {
        guard case .object(let object)? = try? JSONValue(parsing: payload), case .string(let mail)? = object["mail"],
            case .object(let values)? = object["values"]
        else { return nil }
        switch (object["user"], object["address"]) {
        case (.string(let text)?, _):
            guard let user = DatabaseUUID(text) else { return nil }
            recipient = .user(user)
        case (_, .string(let address)?): recipient = .address(address)
        default: return nil
        }
        self.mail = mail
        self.values = values
        if case .string(let language)? = object["language"] { self.language = language }
    }

    /// The payload of a job.
    var payload: String {
        var object: JSONObject = ["mail": .string(mail), "values": .object(values)]
        switch recipient {
        case .user(let user): object["user"] = .string("\(user)")
        case .address(let address): object["address"] = .string(address)
        }
        if let language { object["language"] = .string(language) }
        return JSONValue.object(object).text
    }
}
