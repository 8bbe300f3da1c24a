import HearthConfiguration

/// How many requests a minute the host lets through, by who sends them and what for.
struct RateLimits: Sendable {
    /// Of a user.
    let user: RateLimitPolicy
    /// Of an address, as long as nobody is authenticated.
    let address: RateLimitPolicy
    /// Of an address, where passwords are tried.
    let login: RateLimitPolicy

    /// - Parameters:
    ///   - user: requests a minute of a user
    ///   - address: requests a minute of an address
    ///   - login: requests a minute of an address, where passwords are tried
    init(user: Int, address: Int, login: Int) {
        self.user = RateLimitPolicy("default", requests: user)
        self.address = RateLimitPolicy("anonymous", requests: address)
        self.login = RateLimitPolicy("login", requests: login)
    }

    /// As the operator has decided.
    init(_ environment: HostEnvironment) {
        self.init(user: environment.userRateLimit, address: environment.addressRateLimit, login: environment.loginRateLimit)
    }

    /// What holds for a request; nil when nothing does.
    ///
    /// - Parameters:
    ///   - endpoint: what is called
    ///   - isUser: whether an authenticated user calls
    func policy(for endpoint: Endpoint, isUser: Bool) -> RateLimitPolicy? {
        switch endpoint.route.limit {
        case .standard: isUser ? user : address
        case .login: login
        case .own: endpoint.ownLimit
        case .none: nil
        }
    }
}
