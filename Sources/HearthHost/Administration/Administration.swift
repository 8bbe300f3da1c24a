public import HearthConfiguration
import HearthDatabase
public import Logging

/// What an operator does with a host's data without serving: the core of the commands `migrate`, `users` and `openapi`.
public struct Administration: Sendable {
    let core: HostCore
    private let variables: [String: String]

    /// Opens the host's database for the time of a call.
    ///
    /// - Parameters:
    ///   - environment: what the operator decides
    ///   - variables: the environment's variables, for the secret settings of plugins
    ///   - logger: the host's log
    ///   - migratesHost: whether the host's own tables are brought up to date first
    ///   - body: what to do
    /// - Throws: what the body throws; `ConfigurationErrors` and `DatabaseError` when the database cannot be opened
    public static func run<R: Sendable>(
        _ environment: HostEnvironment, variables: [String: String], logger: Logger, migratesHost: Bool = true,
        _ body: (Administration) async throws -> R
    ) async throws -> R {
        let core = try await HostCore.open(environment, clock: SystemClock(), logger: logger, migrates: migratesHost)
        let result: Result<R, any Error>
        do {
            result = .success(try await body(Administration(core: core, variables: variables)))
        } catch {
            result = .failure(error)
        }
        await core.close()
        return try result.get()
    }

    /// Adds an administrator.
    ///
    /// - Parameters:
    ///   - email: his e-mail address
    ///   - username: his username
    ///   - password: his password; nil to have one made
    /// - Returns: the password that was made, to be shown once; nil when one was given
    /// - Throws: ``AdministrationError`` with everything that is wrong with the values, or when a name is taken
    public func createAdmin(email: String, username: String, password: String?) async throws -> String? {
        try await core.accounts().createAdmin(email: email, username: username, password: password)
    }

    /// Makes somebody an administrator.
    ///
    /// - Parameter login: his e-mail address or username
    /// - Throws: ``AdministrationError`` when there is no such account
    public func grantAdmin(_ login: String) async throws { try await core.accounts().grantAdmin(login) }

    /// The API description of the host with its plugins, which are initialised for it and never started.
    ///
    /// Run it in a folder that is thrown away: plugins get their data folder there.
    ///
    /// - Returns: OpenAPI 3.1 as JSON text
    /// - Throws: what refuses a start of these plugins, but for their migrations and `start`
    public func apiDescription() async throws -> String {
        let accounts = try await core.accounts()
        var loader = PluginLoader(
            services: core.services, conf: try PluginsConf(contentsOf: core.environment.pluginsConf), environment: variables,
            hostMembers: UserObject.members)
        loader.migrates = false
        loader.starts = false
        let loaded = try await loader.load(into: try core.catalogue(accounts, DocumentHolder()))
        let text = core.document(loaded, accounts).text
        await loader.tearDown(loaded.plugins)
        return text
    }
}
