import HearthAddresses

extension HostEnvironment {
    /// Every variable that the host reads, in the order of the documentation.
    public static let declarations: [EnvironmentVariable] =
        serving + storing + pooling + caching + reaching + mailing + securing + limiting

    private static let serving: [EnvironmentVariable] = [
        .text("HOST", \.host, expected: "an address", help: "The address to listen on; 0.0.0.0 or :: for all."),
        .integer("PORT", \.port, 0...65535, help: "The port to listen on; 0 lets the system choose."),
        .choice(
            "ENVIRONMENT", \.kind,
            help: "What the host runs for. In production an insecure configuration refuses the start."),
        .text("PLUGINS_CONF", \.pluginsConf, expected: "a file", help: "The file that says which plugins are loaded."),
        .choice("LOG_LEVEL", \.logLevel, help: "From which severity on the log is written."),
        EnvironmentVariable(
            "LOG_FORMAT", \.givenLogFormat, expected: "\"json\" or \"text\"",
            help: "The form of the log; unset: json in production, otherwise text.",
            parse: { HostEnvironment.LogFormat(rawValue: $0.lowercased()).map { .some($0) } }, show: { _ in "" }),
        .flag("ACCESS_LOG", \.accessLog, help: "Whether each request is logged."),
        EnvironmentVariable(
            "CORS_ORIGINS", \.corsOrigins, expected: "origins such as https://app.example, separated by commas, or * alone",
            help: "The origins of web pages that may call this host.", parse: parseOrigins,
            show: { $0.joined(separator: ",") }),
        EnvironmentVariable(
            "TRUSTED_PROXIES", \.trustedProxies, expected: "addresses and networks such as 10.0.0.0/8, separated by commas",
            help: "The proxies before this host, which are believed when they say by X-Forwarded-For or Forwarded who calls.",
            parse: parseList, show: { $0.joined(separator: ",") }),
        .optional(
            "TLS_CERTIFICATE", \.tlsCertificate, expected: "a PEM file",
            help: "The certificate chain. With it and TLS_KEY the host serves HTTPS and HTTP/2."),
        .optional("TLS_KEY", \.tlsKey, expected: "a PEM file", help: "The private key of the certificate."),
        .integer(
            "DRAIN_SECONDS", \.drainSeconds, 0...3600, unit: "seconds",
            help: "How long requests in flight, and jobs, may take to end when the host stops."),
        .integer(
            "JOBS_LEASE_SECONDS", \.jobsLeaseSeconds, 1...3600, unit: "seconds",
            help: "How long after its last sign of life a host is taken for dead, and its jobs run again."),
    ]

    private static let storing: [EnvironmentVariable] = [
        .text("HEARTH_DATA", \.dataFolder, expected: "a folder", help: "The data folder; made when it is missing."),
        .optional(
            "FILES", \.givenFiles, expected: "a folder",
            help: "Where the files of plugins are kept, shared by all hosts of a database; unset: files in the data folder."),
        EnvironmentVariable(
            "DATABASE_URL", \.givenDatabase, expected: "sqlite:PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME",
            secret: true, help: "Where the data is kept; unset: hearth.sqlite in the data folder.",
            parse: DatabaseAddress.init(parsing:), show: { _ in "" }),
        .optional(
            "DB_USER", \.databaseUser, expected: "a user of PostgreSQL", help: "The user, instead of that in DATABASE_URL."),
        .optional(
            "DB_PASSWORD", \.databasePassword, expected: "his password", secret: true,
            help: "The password, instead of that in DATABASE_URL."),
        .optional(
            "DB_NAME", \.databaseName, expected: "a database of PostgreSQL",
            help: "The database, instead of that in DATABASE_URL."),
        EnvironmentVariable(
            "REDIS_URL", \.redisURL, expected: "redis://HOST:PORT (rediss:// cannot be served: hiredis lacks TLS here)",
            secret: true, help: "The Redis server for cache and limits; unset: they live in the process.",
            parse: { $0.hasPrefix("redis://") ? .some($0) : nil }, show: { _ in "" }),
    ]

    private static let caching: [EnvironmentVariable] = [
        .integer(
            "REDIS_MILLISECONDS", \.redisMilliseconds, 10...60_000, unit: "milliseconds",
            help: "How long a command to Redis may take; the connection is then given up and made anew."),
        .integer(
            "REDIS_QUEUE", \.redisQueue, 1...1_000_000, unit: "commands",
            help: "How many commands may wait for their answers; what is beyond is done without Redis."),
        .integer(
            "REDIS_BREAKER_FAILURES", \.redisBreakerFailures, 1...1_000,
            help: "How many failures in a row open the circuit breaker: Redis is then left alone."),
        .integer(
            "REDIS_BREAKER_MILLISECONDS", \.redisBreakerMilliseconds, 10...60_000, unit: "milliseconds",
            help: "How long the circuit breaker stays open before one command tries again."),
    ]

    private static let reaching: [EnvironmentVariable] = [
        EnvironmentVariable(
            "OUTBOUND_HTTP", \.outboundHTTP, expected: "live, record:FILE or replay:FILE",
            help: "Whether requests of plugins to other servers are sent, recorded too, or answered from a recording, for tests.",
            parse: OutboundHTTP.init, show: { $0.text }),
        EnvironmentVariable(
            "WEBHOOK_PRIVATE_NETWORKS", \.webhookPrivateNetworks, expected: "networks such as 10.0.0.0/8, separated by commas",
            help: "Networks that are not public and to which webhooks may lead all the same.", parse: parseNetworks,
            show: { $0.joined(separator: ",") }),
    ]

    private static let mailing: [EnvironmentVariable] = [
        EnvironmentVariable(
            "MAIL_URL", \.mailDestination,
            expected: "smtp://USER:PASSWORD@HOST:PORT, smtps://USER:PASSWORD@HOST:PORT, file:FOLDER or log:", secret: true,
            help: "Where mails go: to a server, into files, or into the log. With smtp:// the server has to offer STARTTLS, "
                + "unless ?starttls=off follows; ?ca=FILE names an authority of one's own.",
            parse: MailDestination.init(parsing:), show: { _ in "log:" }),
        EnvironmentVariable(
            "MAIL_FROM", \.givenMailSender, expected: "an address such as Hearth <no-reply@example.org>",
            help: "From whom mails are. Required with a server.",
            parse: { MailAddress(parsing: $0).map { .some($0) } }, show: { _ in "" }),
        EnvironmentVariable(
            "MAIL_LANGUAGE", \.mailLanguage, expected: "a language such as en or fr-CA",
            help:
                "The language of mails to users who have chosen none, and of mails that there are in no language of the user's.",
            parse: { LanguageTag.isTag($0) ? $0.lowercased() : nil }),
        .optional(
            "MAIL_TEMPLATES", \.givenMailTemplates, expected: "a folder",
            help: "Where your own templates stand, PLUGIN/NAME.LANGUAGE.txt and .html, which replace those of plugins; "
                + "unset: templates/mail in the data folder."),
        .integer(
            "MAIL_SECONDS", \.mailSeconds, 1...600, unit: "seconds",
            help: "How long the server may take for one mail."),
    ]

    private static let pooling: [EnvironmentVariable] = [
        .integer(
            "DATABASE_MIN_CONNECTIONS", \.databaseMinimumConnections, 1...1_000,
            help: "How many connections to PostgreSQL are kept open."),
        .integer(
            "DATABASE_MAX_CONNECTIONS", \.databaseMaximumConnections, 1...1_000,
            help: "How many connections to PostgreSQL there may be. Each carries many requests; a transaction has one to itself."),
        .integer(
            "DATABASE_THREADS", \.databaseThreads, 1...64,
            help: "How many threads drive the connections to PostgreSQL, which are divided among them."),
        .integer(
            "DATABASE_QUEUE", \.databaseQueue, 1...1_000_000, unit: "calls",
            help: "How many calls may wait for the database; requests beyond are answered with 503 and `Retry-After`."),
        .integer(
            "DATABASE_WAIT_SECONDS", \.databaseWaitSeconds, 1...600, unit: "seconds",
            help: "How long a call may wait for a connection; then its request is answered with 503 and `Retry-After`."),
        .integer(
            "DATABASE_TRANSACTION_SECONDS", \.databaseTransactionSeconds, 1...300, unit: "seconds",
            help: "How long a transaction may stay open; then it is rolled back."),
        .integer(
            "DATABASE_STATEMENT_SECONDS", \.databaseStatementSeconds, 1...3_600, unit: "seconds",
            help: "How long a statement may run on PostgreSQL."),
        .integer(
            "DATABASE_CONNECT_SECONDS", \.databaseConnectSeconds, 1...600, unit: "seconds",
            help: "How long connecting to PostgreSQL may take."),
        .integer(
            "DATABASE_IDLE_SECONDS", \.databaseIdleSeconds, 1...86_400, unit: "seconds",
            help: "After how long without use a connection is checked, and closed when there are more than the minimum."),
        .integer(
            "DATABASE_MAX_AGE_SECONDS", \.databaseMaximumAgeSeconds, 10...604_800, unit: "seconds",
            help: "After how long a connection is replaced, so that load finds new servers."),
        .integer(
            "DATABASE_START_SECONDS", \.databaseStartSeconds, 0...3_600, unit: "seconds",
            help: "How long the start waits for a PostgreSQL that does not answer yet."),
        .flag(
            "DATABASE_POOLER", \.databaseIsPooled,
            help: "Whether DATABASE_URL is PgBouncer or the like, which gives each transaction another connection."),
        .optional(
            "DATABASE_LISTEN_URL", \.databaseListenURL, expected: "postgresql://USER:PASSWORD@HOST:PORT/NAME", secret: true,
            help: "Past a DATABASE_POOLER to the server, for LISTEN: other hosts are then told at once of jobs."),
    ]

    private static let securing: [EnvironmentVariable] = [
        EnvironmentVariable(
            "SECRET_KEY", \.givenSecretKey, expected: "at least \(Secret.minimumBytes) bytes", secret: true,
            help: "What tokens are signed with. Required in production; otherwise made once and kept in the data folder.",
            parse: Secret.init, show: { _ in "" }),
        .integer(
            "ACCESS_TOKEN_MINUTES", \.accessTokenMinutes, 1...5_256_000, unit: "minutes",
            help: "How long an access token is valid."),
        .integer("BCRYPT_COST", \.bcryptCost, 4...20, help: "The cost of hashing a password; each step doubles the time."),
        .flag("RATE_LIMIT", \.rateLimit, help: "Whether rate limits count; off for test runs."),
        .integer(
            "RATE_LIMIT_USER", \.userRateLimit, 1...1_000_000, unit: "requests a minute",
            help: "How many requests a user may send."),
        .integer(
            "RATE_LIMIT_ADDRESS", \.addressRateLimit, 1...1_000_000, unit: "requests a minute",
            help: "How many requests may come from an address without a user."),
        .integer(
            "RATE_LIMIT_LOGIN", \.loginRateLimit, 1...1_000_000, unit: "requests a minute",
            help: "How many logins and registrations may come from an address."),
    ]

    private static let limiting: [EnvironmentVariable] = [
        .size("BODY_LIMIT", \.bodyLimit, 1 << 10...1 << 40, help: "The largest request body."),
        .size("JSON_BODY_LIMIT", \.jsonBodyLimit, 1 << 10...1 << 30, help: "The largest JSON request body."),
        .integer("JSON_DEPTH_LIMIT", \.jsonDepthLimit, 1...512, help: "How deeply JSON bodies may nest."),
        .size("HEADER_LIMIT", \.headerLimit, 1 << 10...1 << 20, help: "The largest request head."),
        .size("URL_LIMIT", \.urlLimit, 256...1 << 16, help: "The longest path with query."),
        .integer(
            "HEADER_SECONDS", \.headerSeconds, 1...600, unit: "seconds",
            help: "How long a client may take to send the request head."),
        .integer(
            "BODY_SECONDS", \.bodySeconds, 1...3600, unit: "seconds",
            help: "How long a client may pause while it sends a body."),
        .integer("IDLE_SECONDS", \.idleSeconds, 1...3600, unit: "seconds", help: "How long an idle connection is kept."),
        .integer(
            "REQUEST_DEADLINE", \.requestDeadlineSeconds, 1...3600, unit: "seconds",
            help: "How long a request may take unless its route says otherwise."),
    ]

    /// Texts between commas, without the blanks around them.
    @Sendable private static func parseList(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// `10.0.0.0/8, fd00::/8`
    @Sendable private static func parseNetworks(_ text: String) -> [String]? {
        let networks = parseList(text)
        return networks.allSatisfy { AddressNetwork($0) != nil } ? networks : nil
    }

    /// `https://a.example,https://b.example:8443` or `*`.
    @Sendable private static func parseOrigins(_ text: String) -> [String]? {
        let origins = parseList(text)
        if origins == ["*"] { return origins }
        let isRight = origins.allSatisfy { origin in
            guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return false }
            let rest = origin.dropFirst(scheme.count)
            return !rest.isEmpty && !rest.contains { "/?#*@ ".contains($0) }
        }
        return isRight ? origins : nil
    }

    /// The variables as aligned text, for `hearth serve --help`.
    public static var help: String {
        let width = declarations.map(\.name.count).max() ?? 0
        return declarations.map { variable in
            let name = variable.name + String(repeating: " ", count: width - variable.name.count)
            let byDefault = variable.defaultText.isEmpty ? "" : " Default: \(variable.defaultText)."
            let unit = variable.unit.map { " (\($0))" } ?? ""
            return "  \(name)  \(variable.help) Takes \(variable.expected)\(unit).\(byDefault)"
        }.joined(separator: "\n")
    }

    /// The variables as a Markdown table, for `docs/operating.md`.
    public static var documentation: String {
        let rows = declarations.map { variable in
            let byDefault = variable.defaultText.isEmpty ? "" : "`\(variable.defaultText)`"
            return "| `\(variable.name)` | \(variable.expected) | \(variable.unit ?? "") | \(byDefault) | \(variable.help) |"
        }
        return (["| Variable | Takes | Unit | Default | What it is for |", "|---|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }
}
