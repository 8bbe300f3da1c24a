/// How the host runs, as its environment variables say. Each property is declared once more, with its variable, in
/// ``declarations``.
public struct HostEnvironment: Sendable {
    /// In which kind of surroundings the host runs.
    public enum Kind: String, Sendable, CaseIterable {
        /// On a developer's machine: a missing secret key is made.
        case development
        /// For real: insecure configuration refuses the start.
        case production
        /// Under a test suite.
        case test
    }

    /// From which severity on the log is written.
    public enum LogLevel: String, Sendable, CaseIterable {
        // The names are those of swift-log, so that `Logger.Level(rawValue:)` takes them.
        case trace, debug, info, notice, warning, error, critical
    }

    /// In which form the log is written.
    public enum LogFormat: String, Sendable, CaseIterable {
        /// One object a line, for machines.
        case json
        /// Lines for people.
        case text
    }

    /// The address to listen on.
    public internal(set) var host = "127.0.0.1"
    /// The port to listen on; 0 lets the system choose.
    public internal(set) var port = 8000
    /// The data folder.
    public internal(set) var dataFolder = "./data"
    /// The file that says which plugins are loaded.
    public internal(set) var pluginsConf = "./plugins.conf"
    /// The kind of surroundings.
    public internal(set) var kind = Kind.development
    /// What tokens are signed with, as given; use ``signingKey()``, which makes one in development.
    var givenSecretKey: Secret?
    /// Where the data is kept, as given; use ``database``.
    var givenDatabase: DatabaseAddress?
    /// The user of PostgreSQL, instead of the address's.
    public internal(set) var databaseUser: String?
    /// The password of PostgreSQL, instead of the address's.
    public internal(set) var databasePassword: String?
    /// The name of the database, instead of the address's.
    public internal(set) var databaseName: String?
    /// How many connections to PostgreSQL are kept open.
    public internal(set) var databaseMinimumConnections = 2
    /// How many connections to PostgreSQL there may be.
    public internal(set) var databaseMaximumConnections = 24
    /// How many threads drive the connections to PostgreSQL.
    public internal(set) var databaseThreads = 1
    /// How many calls may wait for the database.
    public internal(set) var databaseQueue = 1_024
    /// How long a call may wait for a connection, in seconds.
    public internal(set) var databaseWaitSeconds = 10
    /// How long a transaction may stay open, in seconds.
    public internal(set) var databaseTransactionSeconds = 5
    /// How long a statement may run on PostgreSQL, in seconds.
    public internal(set) var databaseStatementSeconds = 30
    /// How long connecting to PostgreSQL may take, in seconds.
    public internal(set) var databaseConnectSeconds = 5
    /// After how long without use a connection is checked, in seconds.
    public internal(set) var databaseIdleSeconds = 60
    /// After how long a connection is replaced, in seconds.
    public internal(set) var databaseMaximumAgeSeconds = 1_800
    /// How long the start waits for a PostgreSQL that does not answer yet, in seconds.
    public internal(set) var databaseStartSeconds = 30
    /// Whether each transaction may meet another connection of the server, as behind PgBouncer in transaction mode.
    public internal(set) var databaseIsPooled = false
    /// The address of the server behind a pooler, for LISTEN.
    public internal(set) var databaseListenURL: String?
    /// The Redis server; nil: cache and limits live in the process.
    public internal(set) var redisURL: String?
    /// How long a command to Redis may take, in milliseconds.
    public internal(set) var redisMilliseconds = 500
    /// How many commands may wait for the answers of Redis.
    public internal(set) var redisQueue = 10_000
    /// How many failures in a row open the circuit breaker before Redis.
    public internal(set) var redisBreakerFailures = 5
    /// How long the circuit breaker before Redis stays open, in milliseconds.
    public internal(set) var redisBreakerMilliseconds = 500
    /// Networks that are not public and to which webhooks may lead all the same.
    public internal(set) var webhookPrivateNetworks: [String] = []
    /// What becomes of the requests of plugins to other servers.
    public internal(set) var outboundHTTP = OutboundHTTP.live
    /// Where mails go.
    public internal(set) var mailDestination = MailDestination.log
    /// From whom mails are, as given; use ``mailSender``.
    var givenMailSender: MailAddress?
    /// The language of mails to users who have chosen none.
    public internal(set) var mailLanguage = "en"
    /// Where the operator's own templates stand, as given; use ``mailTemplates``.
    var givenMailTemplates: String?
    /// How long the server may take for one mail, in seconds.
    public internal(set) var mailSeconds = 120
    /// From which severity on the log is written.
    public internal(set) var logLevel = LogLevel.info
    /// Where the files of plugins are kept, as given; use ``filesFolder``.
    var givenFiles: String?
    /// In which form the log is written, as given; use ``logFormat``.
    var givenLogFormat: LogFormat?
    /// Whether each request is logged.
    public internal(set) var accessLog = true
    /// Whether rate limits count.
    public internal(set) var rateLimit = true
    /// How many requests a minute a user may send.
    public internal(set) var userRateLimit = 100
    /// How many requests a minute may come from an address without a user.
    public internal(set) var addressRateLimit = 300
    /// How many logins and registrations a minute may come from an address.
    public internal(set) var loginRateLimit = 10
    /// The origins of web pages that may call; `*` alone for any.
    public internal(set) var corsOrigins: [String] = []
    /// The addresses and networks of the proxies that are believed when they say who sent a request.
    public internal(set) var trustedProxies: [String] = []
    /// The TLS certificate chain, a PEM file.
    public internal(set) var tlsCertificate: String?
    /// The key of the certificate, a PEM file.
    public internal(set) var tlsKey: String?
    /// How long an access token is valid, in minutes.
    public internal(set) var accessTokenMinutes = 43200
    /// The cost of hashing a password: each step doubles the time.
    public internal(set) var bcryptCost = 12
    /// The largest request body, in bytes.
    public internal(set) var bodyLimit = 10 << 20
    /// The largest JSON request body, in bytes.
    public internal(set) var jsonBodyLimit = 1 << 20
    /// How deeply JSON bodies may nest.
    public internal(set) var jsonDepthLimit = 64
    /// The largest request head, in bytes.
    public internal(set) var headerLimit = 32 << 10
    /// The longest path with query, in bytes.
    public internal(set) var urlLimit = 8 << 10
    /// How long a client may take to send the request head, in seconds.
    public internal(set) var headerSeconds = 10
    /// How long a client may pause while it sends a body, in seconds.
    public internal(set) var bodySeconds = 30
    /// How long an idle connection is kept, in seconds.
    public internal(set) var idleSeconds = 75
    /// How long a request may take unless its route says otherwise, in seconds.
    public internal(set) var requestDeadlineSeconds = 30
    /// How long the host waits for requests in flight when it stops, in seconds.
    public internal(set) var drainSeconds = 30
    /// How long a host that gives no sign of life keeps its jobs, in seconds.
    public internal(set) var jobsLeaseSeconds = 60
    /// What deserves the operator's attention without being refused.
    public internal(set) var warnings: [String] = []

    /// Where the data is kept: `DATABASE_URL`, or `hearth.sqlite` in the data folder.
    public var database: DatabaseAddress {
        givenDatabase ?? .sqlite(path: FilePath.resolve("hearth.sqlite", in: dataFolder))
    }

    /// Where the files of plugins are kept: `FILES`, or `files` in the data folder.
    public var filesFolder: String { givenFiles ?? FilePath.resolve("files", in: dataFolder) }

    /// From whom mails are: `MAIL_FROM`, which is there when a server delivers them.
    public var mailSender: MailAddress { givenMailSender ?? .local }

    /// Where the operator's own templates of mails stand: `MAIL_TEMPLATES`, or a folder in the data folder.
    public var mailTemplates: String { givenMailTemplates ?? FilePath.resolve("templates/mail", in: dataFolder) }

    /// In which form the log is written: `LOG_FORMAT`, or what suits the surroundings.
    public var logFormat: LogFormat { givenLogFormat ?? (kind == .production ? .json : .text) }

    static let defaults = HostEnvironment()

    private init() {}

    /// Reads the environment. An empty variable counts as not set.
    ///
    /// - Throws: every variable whose value is not what is expected, naming variable, value and what would be right.
    public init(_ variables: [String: String]) throws(ConfigurationErrors) {
        var errors: [ConfigurationError] = []
        for declaration in Self.declarations {
            guard let text = variables[declaration.name], !text.isEmpty else { continue }
            if !declaration.read(text, &self) {
                let value = declaration.secret ? "the value given" : "\"\(text)\""
                let message = "expected \(declaration.expected), not \(value)"
                errors.append(.init(file: "environment", key: declaration.name, message: message))
            }
        }
        checkTogether(&errors)
        try errors.throwIfAny()
    }

    /// Refuses what each variable alone allows.
    private mutating func checkTogether(_ errors: inout [ConfigurationError]) {
        func refuse(_ key: String, _ message: String) {
            errors.append(.init(file: "environment", key: key, message: message))
        }
        func isRefused(_ key: String) -> Bool { errors.contains { $0.key == key } }
        if kind == .production, givenSecretKey == nil, !isRefused("SECRET_KEY") {
            refuse(
                "SECRET_KEY",
                "missing; ENVIRONMENT=production requires at least \(Secret.minimumBytes) bytes, "
                    + "such as `openssl rand -hex 32` prints")
        }
        if case .sqlite = database, !isRefused("DATABASE_URL") {
            let given = [("DB_USER", databaseUser), ("DB_PASSWORD", databasePassword), ("DB_NAME", databaseName)]
            if let (key, _) = given.first(where: { $0.1 != nil }) {
                refuse("DATABASE_URL", "\(key) is set, so it has to name the server of PostgreSQL: postgresql://HOST:5432")
            }
        }
        if databaseMinimumConnections > databaseMaximumConnections, !isRefused("DATABASE_MIN_CONNECTIONS"),
            !isRefused("DATABASE_MAX_CONNECTIONS")
        {
            refuse(
                "DATABASE_MIN_CONNECTIONS",
                "expected at most DATABASE_MAX_CONNECTIONS, \(databaseMaximumConnections), not \(databaseMinimumConnections)")
        }
        if databaseThreads > databaseMaximumConnections, !isRefused("DATABASE_THREADS"), !isRefused("DATABASE_MAX_CONNECTIONS") {
            refuse(
                "DATABASE_THREADS",
                "expected at most DATABASE_MAX_CONNECTIONS, \(databaseMaximumConnections), not \(databaseThreads)")
        }
        if kind == .production, outboundHTTP != .live {
            refuse("OUTBOUND_HTTP", "expected live in production, not \(outboundHTTP.text)")
        }
        if case .server = mailDestination, givenMailSender == nil, !isRefused("MAIL_FROM") {
            refuse(
                "MAIL_FROM", "missing; MAIL_URL names a server, and mails need a sender, such as Hearth <no-reply@example.org>")
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            let (given, missing) = tlsKey == nil ? ("TLS_CERTIFICATE", "TLS_KEY") : ("TLS_KEY", "TLS_CERTIFICATE")
            refuse(missing, "missing; \(given) is set, and TLS needs both")
        }
        if jsonBodyLimit > bodyLimit, !isRefused("JSON_BODY_LIMIT"), !isRefused("BODY_LIMIT") {
            refuse("JSON_BODY_LIMIT", "expected at most BODY_LIMIT, \(bodyLimit) bytes, not \(jsonBodyLimit)")
        }
        if kind == .production {
            if bcryptCost < 10 { warnings.append("BCRYPT_COST=\(bcryptCost) makes stolen passwords cheap to guess; 12 is usual") }
            if !rateLimit { warnings.append("RATE_LIMIT=off lets anybody try passwords without limit") }
            if mailDestination == .log {
                warnings.append("MAIL_URL is not set: mails are written to the log, and nobody gets them")
            }
            if corsOrigins == ["*"] { warnings.append("CORS_ORIGINS=* lets every web page call this host") }
        }
    }
}
