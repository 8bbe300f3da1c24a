import Foundation
import Testing

@testable import HearthConfiguration

@Suite struct HostEnvironmentTests {
    private let key = String(repeating: "k", count: 32)

    private func complaints(_ variables: [String: String]) -> String {
        let error = #expect(throws: ConfigurationErrors.self) { try HostEnvironment(variables) }
        return error?.description ?? ""
    }

    @Test func `an empty environment gives the defaults`() throws {
        let environment = try HostEnvironment(["PORT": "", "PATH": "/bin"])
        #expect(environment.host == "127.0.0.1" && environment.port == 8000)
        #expect(environment.dataFolder == "./data" && environment.pluginsConf == "./plugins.conf")
        #expect(environment.kind == .development && environment.logLevel == .info)
        #expect(environment.rateLimit && environment.accessLog)
        #expect(environment.accessTokenMinutes == 43200 && environment.bcryptCost == 12)
        #expect(environment.userRateLimit == 100 && environment.addressRateLimit == 300 && environment.loginRateLimit == 10)
        #expect(environment.bodyLimit == 10_485_760 && environment.jsonBodyLimit == 1_048_576)
        #expect(environment.database == .sqlite(path: "./data/hearth.sqlite") && environment.warnings.isEmpty)
    }

    @Test func `each variable is read`() throws {
        let environment = try HostEnvironment([
            "HOST": "::", "PORT": "0", "HEARTH_DATA": "/var/lib/hearth", "PLUGINS_CONF": "/etc/p.conf", "RATE_LIMIT": "off",
            "ENVIRONMENT": "test", "LOG_LEVEL": "DEBUG", "ACCESS_LOG": "off", "DATABASE_URL": "sqlite:/x/y.db",
            "CORS_ORIGINS": "https://a.example, http://localhost:5173", "ACCESS_TOKEN_MINUTES": "15", "BCRYPT_COST": "4",
            "BODY_LIMIT": "20M", "JSON_BODY_LIMIT": "512K", "DRAIN_SECONDS": "5", "REQUEST_DEADLINE": "7", "SECRET_KEY": key,
            "TLS_CERTIFICATE": "c.pem", "TLS_KEY": "k.pem", "HEADER_LIMIT": "4096", "TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "RATE_LIMIT_USER": "7", "RATE_LIMIT_ADDRESS": "8", "RATE_LIMIT_LOGIN": "9",
        ])
        #expect(environment.host == "::" && environment.port == 0)
        #expect(environment.dataFolder == "/var/lib/hearth" && environment.pluginsConf == "/etc/p.conf")
        #expect(!environment.rateLimit && !environment.accessLog)
        #expect(environment.kind == .test && environment.logLevel == .debug)
        #expect(environment.database == .sqlite(path: "/x/y.db"))
        #expect(environment.corsOrigins == ["https://a.example", "http://localhost:5173"])
        #expect(environment.trustedProxies == ["10.0.0.0/8", "::1"])
        #expect(environment.userRateLimit == 7 && environment.addressRateLimit == 8 && environment.loginRateLimit == 9)
        #expect(environment.accessTokenMinutes == 15 && environment.bcryptCost == 4)
        #expect(environment.bodyLimit == 20 << 20 && environment.jsonBodyLimit == 512 << 10 && environment.headerLimit == 4096)
        #expect(environment.drainSeconds == 5 && environment.requestDeadlineSeconds == 7)
        #expect(environment.tlsCertificate == "c.pem" && environment.tlsKey == "k.pem")
        #expect(try environment.signingKey().bytes == Array(key.utf8))
    }

    @Test(arguments: [
        (["PORT": "80a"], "environment: PORT: expected an integer from 0 to 65535, not \"80a\""),
        (["PORT": "65536"], "environment: PORT: expected an integer from 0 to 65535, not \"65536\""),
        (["PORT": " 80"], "environment: PORT: expected an integer from 0 to 65535, not \" 80\""),
        (["RATE_LIMIT": "offf"], "environment: RATE_LIMIT: expected \"on\" or \"off\", not \"offf\""),
        (["RATE_LIMIT_USER": "0"], "environment: RATE_LIMIT_USER: expected an integer from 1 to 1000000, not \"0\""),
        (
            ["ENVIRONMENT": "prod"],
            "environment: ENVIRONMENT: expected \"development\", \"production\" or \"test\", not \"prod\""
        ),
        (["BODY_LIMIT": "10X"], "environment: BODY_LIMIT: expected a size from 1K to 1024G, such as 512K or 10M, not \"10X\""),
        (
            ["BODY_LIMIT": "99999999999999999G"],
            "environment: BODY_LIMIT: expected a size from 1K to 1024G, such as 512K or 10M, not \"99999999999999999G\""
        ),
        (["BODY_LIMIT": "512K"], "environment: JSON_BODY_LIMIT: expected at most BODY_LIMIT, 524288 bytes, not 1048576"),
        (
            ["CORS_ORIGINS": "a.example"],
            "environment: CORS_ORIGINS: expected origins such as https://app.example, separated by commas, or * alone, not \"a.example\""
        ),
        (
            ["CORS_ORIGINS": "https://a.example/"],
            "environment: CORS_ORIGINS: expected origins such as https://app.example, separated by commas, or * alone, not \"https://a.example/\""
        ),
        (
            ["DATABASE_URL": "mysql://root:hunter2@db"],
            "environment: DATABASE_URL: expected sqlite:PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME, not the value given"
        ),
        (
            ["DB_USER": "hearth", "DB_PASSWORD": "hunter2"],
            "environment: DATABASE_URL: DB_USER is set, so it has to name the server of PostgreSQL: postgresql://HOST:5432"
        ),
        (
            ["DATABASE_URL": "sqlite:x.db", "DB_PASSWORD": "hunter2"],
            "environment: DATABASE_URL: DB_PASSWORD is set, so it has to name the server of PostgreSQL: postgresql://HOST:5432"
        ),
        (
            ["DATABASE_MAX_CONNECTIONS": "1"],
            "environment: DATABASE_MIN_CONNECTIONS: expected at most DATABASE_MAX_CONNECTIONS, 1, not 2"
        ),
        (
            ["DATABASE_THREADS": "25"],
            "environment: DATABASE_THREADS: expected at most DATABASE_MAX_CONNECTIONS, 24, not 25"
        ),
        (
            ["DATABASE_QUEUE": "0", "DATABASE_WAIT_SECONDS": "1s"],
            """
            environment: DATABASE_QUEUE: expected an integer from 1 to 1000000, not "0"
            environment: DATABASE_WAIT_SECONDS: expected an integer from 1 to 600, not "1s"
            """
        ),
        (
            ["REDIS_URL": "rediss://cache"],
            "environment: REDIS_URL: expected redis://HOST:PORT (rediss:// cannot be served: hiredis lacks TLS here), not the value given"
        ),
        (["SECRET_KEY": "short"], "environment: SECRET_KEY: expected at least 32 bytes, not the value given"),
        (
            ["ENVIRONMENT": "production"],
            "environment: SECRET_KEY: missing; ENVIRONMENT=production requires at least 32 bytes, such as `openssl rand -hex 32` prints"
        ),
        (
            ["ENVIRONMENT": "production", "SECRET_KEY": "short"],
            "environment: SECRET_KEY: expected at least 32 bytes, not the value given"
        ),
        (["TLS_KEY": "k.pem"], "environment: TLS_CERTIFICATE: missing; TLS_KEY is set, and TLS needs both"),
        (["TLS_CERTIFICATE": "c.pem"], "environment: TLS_KEY: missing; TLS_CERTIFICATE is set, and TLS needs both"),
        (
            ["PORT": "x", "BCRYPT_COST": "3"],
            """
            environment: PORT: expected an integer from 0 to 65535, not "x"
            environment: BCRYPT_COST: expected an integer from 4 to 20, not "3"
            """
        ),
    ])
    func `a bad value is refused with variable, value and cure`(variables: [String: String], message: String) {
        #expect(complaints(variables) == message)
    }

    @Test(arguments: [
        ("sqlite:data/x.db", DatabaseAddress.sqlite(path: "data/x.db")),
        ("sqlite:///x.db", .sqlite(path: "x.db")),
        ("sqlite:////var/x.db", .sqlite(path: "/var/x.db")),
        ("postgresql://u:p@h/db", .postgresql(url: "postgresql://u:p@h/db")),
        ("postgres://h/db", .postgresql(url: "postgresql://h/db")),
        ("postgresql+asyncpg://u:p@h/db?x=1", .postgresql(url: "postgresql://u:p@h/db?x=1")),
        ("postgresql+asyncpg://h/db?x=1&ssl=require", .postgresql(url: "postgresql://h/db?x=1&sslmode=require")),
        ("postgresql://u@/db?host=/run/postgresql", .postgresql(url: "postgresql://u@/db?host=/run/postgresql")),
        ("sqlite:", nil), ("sqlite://host/x", nil), ("postgresql://", nil), ("x", nil),
    ])
    func `database addresses and their aliases are read`(text: String, address: DatabaseAddress?) {
        #expect(DatabaseAddress(parsing: text) == address)
    }

    @Test func `the settings of PostgreSQL are read`() throws {
        let environment = try HostEnvironment([
            "DATABASE_URL": "postgres://db:5432", "DB_USER": "hearth", "DB_PASSWORD": "hunter2", "DB_NAME": "tracker",
            "DATABASE_MIN_CONNECTIONS": "3", "DATABASE_MAX_CONNECTIONS": "9", "DATABASE_THREADS": "2", "DATABASE_QUEUE": "10",
            "DATABASE_WAIT_SECONDS": "4", "DATABASE_TRANSACTION_SECONDS": "9", "DATABASE_STATEMENT_SECONDS": "5",
            "DATABASE_CONNECT_SECONDS": "6",
            "DATABASE_IDLE_SECONDS": "7", "DATABASE_MAX_AGE_SECONDS": "80", "DATABASE_START_SECONDS": "0",
            "DATABASE_POOLER": "on",
        ])
        #expect(environment.database == .postgresql(url: "postgresql://db:5432"))
        #expect(environment.databaseUser == "hearth" && environment.databasePassword == "hunter2")
        #expect(environment.databaseName == "tracker" && environment.databaseIsPooled)
        #expect(environment.databaseMinimumConnections == 3 && environment.databaseMaximumConnections == 9)
        #expect(environment.databaseThreads == 2 && environment.databaseQueue == 10 && environment.databaseWaitSeconds == 4)
        #expect(environment.databaseStatementSeconds == 5 && environment.databaseConnectSeconds == 6)
        #expect(environment.databaseIdleSeconds == 7 && environment.databaseMaximumAgeSeconds == 80)
        #expect(environment.databaseStartSeconds == 0 && environment.databaseTransactionSeconds == 9)
    }

    @Test func `the settings of Redis are read`() throws {
        let environment = try HostEnvironment([
            "REDIS_URL": "redis://cache:6379/1", "REDIS_MILLISECONDS": "250", "REDIS_QUEUE": "50", "REDIS_BREAKER_FAILURES": "3",
            "REDIS_BREAKER_MILLISECONDS": "100",
        ])
        #expect(environment.redisURL == "redis://cache:6379/1" && environment.redisQueue == 50)
        #expect(environment.redisMilliseconds == 250)
        #expect(environment.redisBreakerFailures == 3 && environment.redisBreakerMilliseconds == 100)
    }

    @Test func `the environment as text does not show the key`() throws {
        var text = ""
        try dump(HostEnvironment(["SECRET_KEY": key]), to: &text)
        #expect(text.contains("127.0.0.1") && !text.contains(key))
    }

    @Test func `production warns of what is weak`() throws {
        let environment = try HostEnvironment([
            "ENVIRONMENT": "production", "SECRET_KEY": key, "BCRYPT_COST": "4", "RATE_LIMIT": "off", "CORS_ORIGINS": "*",
        ])
        #expect(environment.warnings.count == 4)
        #expect(environment.warnings.contains { $0.hasPrefix("MAIL_URL") })
    }

    @Test func `every default is a value that its variable takes`() throws {
        for variable in HostEnvironment.declarations where !variable.defaultText.isEmpty {
            #expect(throws: Never.self, "\(variable.name)") { try HostEnvironment([variable.name: variable.defaultText]) }
        }
        #expect(Set(HostEnvironment.declarations.map(\.name)).count == HostEnvironment.declarations.count)
    }

    @Test func `help and documentation name every variable, and no secret`() throws {
        for variable in HostEnvironment.declarations {
            #expect(HostEnvironment.help.contains("  \(variable.name) "))
        }
        #expect(HostEnvironment.help.contains("Takes an integer from 0 to 65535. Default: 8000."))
        let guide = try #require(FileManager.default.contents(atPath: repository + "/docs/operating.md"))
        #expect(
            String(decoding: guide, as: UTF8.self).contains(HostEnvironment.documentation),
            "docs/operating.md has another table than:\n\(HostEnvironment.documentation)")
    }
}

@Suite struct SecretTests {
    @Test func `a key is made once, for the owner's eyes only`() throws {
        let folder = try TemporaryFolder()
        let environment = try HostEnvironment(["HEARTH_DATA": folder.path + "/data"])
        let first = try environment.signingKey()
        #expect(first.bytes.count == 64)
        #expect(try environment.signingKey() == first)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/data/secret.key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data") == ["secret.key"])
        let other = try HostEnvironment(["HEARTH_DATA": folder.path + "/other"]).signingKey()
        #expect(other != first)
    }

    @Test func `hosts that start at once agree on the key`() async throws {
        let folder = try TemporaryFolder()
        let environment = try HostEnvironment(["HEARTH_DATA": folder.path])
        let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 { group.addTask { try environment.signingKey().bytes } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
    }

    @Test func `a key that others can read is refused`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret.key", String(repeating: "k", count: 40))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let error = #expect(throws: ConfigurationErrors.self) { try HostEnvironment(["HEARTH_DATA": folder.path]).signingKey() }
        #expect(error?.description == "\(path): the secret key can be read by other users; run `chmod 600 \(path)`")
    }

    @Test func `a key file that is cut short is refused`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret.key", "short\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let error = #expect(throws: ConfigurationErrors.self) { try HostEnvironment(["HEARTH_DATA": folder.path]).signingKey() }
        #expect(
            error?.description == "\(path): expected a secret key of at least 32 bytes; delete the file to have one made")
    }

    @Test func `a secret does not show in text`() throws {
        let secret = try #require(Secret("0123456789abcdef0123456789abcdef"))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] { #expect(!text.contains("48") && !text.contains("0123")) }
    }
}
