import HearthDatabase
import HearthHTTP
import HearthJSON

/// What an operator does on the command line.
extension Accounts {
    /// Adds an administrator.
    ///
    /// - Parameters:
    ///   - email: His e-mail address.
    ///   - username: His username.
    ///   - password: His password; nil to have one made.
    /// - Returns: The password that was made, which is to be shown once and is kept nowhere; nil when one was given.
    /// - Throws: ``AdministrationError`` with everything that is wrong with the values, or when a name is taken; `DatabaseError`.
    public func createAdmin(email: String, username: String, password: String?) async throws -> String? {
        let made = password == nil ? Self.newPassword() : nil
        let body: JSONObject = [
            "email": .string(email), "username": .string(username), "password": .string(password ?? made ?? ""),
        ]
        let violations = try JSONSchema(Registration.schema).validate(.object(body)) + Registration.rules(.object(body))
        guard violations.isEmpty, let registration = Registration(body) else {
            throw AdministrationError(violations.map(Self.sentence).joined(separator: "\n"))
        }
        do {
            _ = try await register(registration, role: .admin, facets: JSONObject(), in: Self.commandLine)
        } catch let error as HTTPError {
            throw AdministrationError(error.detail)
        }
        return made
    }

    /// Makes somebody an administrator; hosts that are running notice within a second.
    ///
    /// - Parameter login: E-mail address or username.
    /// - Throws: ``AdministrationError`` when there is no such account; `DatabaseError`.
    public func grantAdmin(_ login: String) async throws {
        guard let user = try await store.grantAdmin(login: login, at: clock.now, noting: { entry(of: $0) }) else {
            throw AdministrationError("there is no account with the e-mail address or username \(login)")
        }
        forgetTokens(of: user.id)
    }

    private func entry(of administrator: User) -> AuditEntry {
        entry("admin.user_update", administrator.id, by: nil, details: ["role": "admin"], in: Self.commandLine)
    }

    private static func sentence(_ violation: Violation) -> String {
        // The wording of the wire says of which kind an error is, which is of no use to people.
        let message = violation.msg.replacing("Value error, ", with: "")
        guard case .name(let member)? = violation.loc.last else { return message }
        return "\(member): \(message)"
    }

    /// 20 characters that are not mistaken for one another: more than 110 bits.
    private static func newPassword() -> String {
        let characters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")
        while true {
            var generator = SystemRandomNumberGenerator()
            let password = String((0..<20).compactMap { _ in characters.randomElement(using: &generator) })
            if ValueRule.password(password).isEmpty { return password }
        }
    }
}

/// Why a command about accounts was not carried out.
public struct AdministrationError: Error, Sendable, CustomStringConvertible {
    /// One line for each thing that is wrong.
    public let description: String

    init(_ description: String) { self.description = description }
}
