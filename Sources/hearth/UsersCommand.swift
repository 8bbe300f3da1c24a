import ArgumentParser
import HearthHost

/// `hearth users`: accounts, as far as an operator needs them before somebody can log in.
struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Make administrators.", subcommands: [CreateAdmin.self, GrantAdmin.self])

    /// `hearth users create-admin EMAIL USERNAME`
    struct CreateAdmin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account with the role admin.",
            discussion: "Without --password-stdin a password is made and printed once.")

        @Argument(help: "The e-mail address.") var email: String
        @Argument(help: "The username.") var username: String
        @Flag(help: "Read the password from standard input, a line.") var passwordStdin = false

        func run() async throws {
            let password = passwordStdin ? readLine(strippingNewline: true) ?? "" : nil
            let made = try await ProcessSetup().administer {
                try await $0.createAdmin(email: email, username: username, password: password)
            }
            print("\(username) is an administrator")
            if let made { print("password: \(made)") }
        }
    }

    /// `hearth users grant-admin LOGIN`
    struct GrantAdmin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the role admin to an account.", discussion: "A running host notices within a second.")

        @Argument(help: "The e-mail address or username.") var login: String

        func run() async throws {
            try await ProcessSetup().administer { try await $0.grantAdmin(login) }
            print("\(login) is an administrator")
        }
    }
}
