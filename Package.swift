// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors for every Swift target of this package, never for its dependencies.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Keeps everything but the entry point out of a plugin's symbol table: C symbols interpose even with `RTLD_LOCAL`.
let pluginLinking: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/CHearth/plugin.map"])
]

let package = Package(
    name: "hearth",
    products: [
        .executable(name: "hearth", targets: ["hearth"]),
        .library(name: "CHearth", targets: ["CHearth"]),
        .library(name: "HearthKit", targets: ["HearthKit"]),
        .library(name: "Greeter", type: .dynamic, targets: ["Greeter"]),
        .library(name: "Habits", type: .dynamic, targets: ["HabitsEntry"]),
        .library(name: "Tasks", type: .dynamic, targets: ["TasksEntry"]),
        .library(name: "Stats", type: .dynamic, targets: ["StatsEntry"]),
        .library(name: "RPG", type: .dynamic, targets: ["RPGEntry"]),
        .library(name: "LLM", type: .dynamic, targets: ["LLMEntry"]),
        .library(name: "Notifications", type: .dynamic, targets: ["NotificationsEntry"]),
        .library(name: "Social", type: .dynamic, targets: ["SocialEntry"]),
        .library(name: "GreeterSwift", type: .dynamic, targets: ["GreeterSwift"]),
        .library(name: "KitFeatures", type: .dynamic, targets: ["KitFeatures"]),
        .library(name: "GamePartners", type: .dynamic, targets: ["GamePartners"]),
        .library(name: "TaskPartners", type: .dynamic, targets: ["TaskPartners"]),
        .library(name: "ServiceClient", type: .dynamic, targets: ["ServiceClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The contract.
        .target(name: "CHearth", exclude: ["plugin.map"]),

        // Libraries of the system.
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CPostgres"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CCrypt", linkerSettings: [.linkedLibrary("crypt")]),

        // What a plugin imports.
        .target(name: "HearthJSON", swiftSettings: strict),
        .target(name: "HearthKit", dependencies: ["CHearth", "HearthJSON"], swiftSettings: strict),

        // The host, from the inside out.
        .target(name: "HearthAddresses", swiftSettings: strict),
        .target(name: "HearthThreads", dependencies: ["CEpoll"], swiftSettings: strict),
        .target(
            name: "HearthDatabase",
            dependencies: [
                "CHearth", "CPostgres", "CSQLite", "HearthThreads", .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "HearthCache",
            dependencies: [
                "CHiredis", "HearthAddresses", "HearthThreads", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(name: "HearthJobs", dependencies: ["HearthDatabase", "HearthJSON", "HearthThreads"], swiftSettings: strict),
        .target(
            name: "HearthFiles",
            dependencies: [
                "HearthConfiguration", "HearthDatabase", "HearthThreads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "HearthHTTP",
            dependencies: [
                "CZlib", "HearthAddresses", "HearthJSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "HearthConfiguration",
            dependencies: ["HearthAddresses", "HearthJSON", .product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: strict),
        .target(
            name: "HearthClient",
            dependencies: [
                "HearthAddresses", "HearthConfiguration", "HearthJSON", "HearthThreads",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(
            name: "HearthMail",
            dependencies: [
                "CCurl", "HearthConfiguration", "HearthJSON", "HearthThreads",
                .product(name: "Logging", package: "swift-log"), .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: strict),
        .target(
            name: "HearthHost",
            dependencies: [
                "CCrypt", "CHearth", "HearthCache", "HearthClient", "HearthConfiguration", "HearthDatabase", "HearthFiles",
                "HearthHTTP", "HearthJSON", "HearthJobs", "HearthMail", "HearthThreads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "hearth",
            dependencies: [
                "HearthConfiguration", "HearthHost", "HearthJobs",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // First-party plugins: third parties in all but address.
        .target(
            name: "Greeter", dependencies: ["CHearth"], path: "Plugins/Greeter", exclude: ["plugin.toml", "Migrations"],
            sources: ["greeter.c"], publicHeadersPath: ".", linkerSettings: pluginLinking),
        .target(name: "Habits", dependencies: ["HearthKit"], path: "Plugins/Habits/Sources", swiftSettings: strict),
        .target(
            name: "HabitsEntry", dependencies: ["Habits"], path: "Plugins/Habits/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),
        .target(name: "Stats", dependencies: ["HearthKit"], path: "Plugins/Stats/Sources", swiftSettings: strict),
        .target(
            name: "StatsEntry", dependencies: ["Stats"], path: "Plugins/Stats/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),
        .target(name: "RPG", dependencies: ["HearthKit"], path: "Plugins/RPG/Sources", swiftSettings: strict),
        .target(
            name: "RPGEntry", dependencies: ["RPG"], path: "Plugins/RPG/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),
        .target(name: "LLM", dependencies: ["HearthKit"], path: "Plugins/LLM/Sources", swiftSettings: strict),
        .target(
            name: "LLMEntry", dependencies: ["LLM"], path: "Plugins/LLM/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),
        .target(name: "Notifications", dependencies: ["HearthKit"], path: "Plugins/Notifications/Sources", swiftSettings: strict),
        .target(
            name: "NotificationsEntry", dependencies: ["Notifications"], path: "Plugins/Notifications/Entry",
            swiftSettings: strict, linkerSettings: pluginLinking),

        .target(name: "Social", dependencies: ["HearthKit"], path: "Plugins/Social/Sources", swiftSettings: strict),
        .target(
            name: "SocialEntry", dependencies: ["Social"], path: "Plugins/Social/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),

        .target(name: "Tasks", dependencies: ["HearthKit"], path: "Plugins/Tasks/Sources", swiftSettings: strict),
        .target(
            name: "TasksEntry", dependencies: ["Tasks"], path: "Plugins/Tasks/Entry", swiftSettings: strict,
            linkerSettings: pluginLinking),

        // What scripts/bench compares with.
        .executableTarget(
            name: "bench-reference", dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            path: "Tests/Bench/Reference", swiftSettings: strict),

        .executableTarget(
            name: "bench-jobs", dependencies: ["HearthDatabase", "HearthJobs"], path: "Tests/Bench/Jobs", swiftSettings: strict),

        // The greeter again, with HearthKit: the second half of the author's guide.
        .target(
            name: "GreeterSwift", dependencies: ["HearthKit"], path: "Tests/Plugins/greeter-swift/Sources", swiftSettings: strict,
            linkerSettings: pluginLinking),

        // What else HearthKit can do.
        .target(
            name: "KitFeatures", dependencies: ["HearthKit"], path: "Tests/Plugins/kit-features/Sources", swiftSettings: strict,
            linkerSettings: pluginLinking),
        // Whom the game tells, in scenarios.
        .target(
            name: "GamePartners", dependencies: ["HearthKit"], path: "Tests/Plugins/game-partners/Sources", swiftSettings: strict,
            linkerSettings: pluginLinking),

        // Whom the tasks plugin asks and tells, in scenarios.
        .target(
            name: "TaskPartners", dependencies: ["HearthKit"], path: "Tests/Plugins/task-partners/Sources", swiftSettings: strict,
            linkerSettings: pluginLinking),

        // Calls services of other plugins for the tests.
        .target(
            name: "ServiceClient", dependencies: ["HearthKit"], path: "Tests/Plugins/service-client/Sources",
            swiftSettings: strict, linkerSettings: pluginLinking),

        // The local providers of language models as a program, for the official clients.
        .executableTarget(
            name: "model-server", dependencies: ["TestServers"], path: "Tests/ModelServer", swiftSettings: strict),

        // Tests mirror Sources and Plugins; ScenarioTests drive a whole host over sockets.
        .testTarget(name: "HearthJSONTests", dependencies: ["HearthJSON"], swiftSettings: strict),
        .testTarget(name: "HearthThreadsTests", dependencies: ["HearthThreads"], swiftSettings: strict),
        .testTarget(
            name: "HearthDatabaseTests", dependencies: ["CPostgres", "HearthDatabase", "HearthThreads"], swiftSettings: strict),
        .testTarget(
            name: "HearthCacheTests", dependencies: ["HearthCache", "HearthThreads", "TestServers"], swiftSettings: strict),
        .testTarget(
            name: "HearthJobsTests", dependencies: ["HearthDatabase", "HearthJobs", "HearthThreads", "TestServers"],
            swiftSettings: strict),
        .testTarget(
            name: "HearthHTTPTests",
            dependencies: ["HearthHTTP", .product(name: "AsyncHTTPClient", package: "async-http-client")],
            swiftSettings: strict),
        .testTarget(name: "HearthAddressesTests", dependencies: ["HearthAddresses"], swiftSettings: strict),
        .testTarget(
            name: "HearthClientTests",
            dependencies: [
                "HearthAddresses", "HearthClient", "HearthConfiguration", "HearthHTTP", "HearthThreads", "TestServers",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HearthFilesTests",
            dependencies: [
                "HearthConfiguration", "HearthDatabase", "HearthFiles", "HearthThreads", "TestServers",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HearthMailTests",
            dependencies: ["HearthConfiguration", "HearthMail", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .testTarget(
            name: "HearthConfigurationTests", dependencies: ["HearthConfiguration", "TestServers"], swiftSettings: strict),
        .testTarget(name: "HearthKitTests", dependencies: ["HearthKit"], swiftSettings: strict),
        .target(name: "Spawning", path: "Tests/Spawning"),
        .target(
            name: "TestServers",
            dependencies: [
                "CPostgres", "HearthDatabase", "HearthHTTP", "HearthJSON", "Spawning",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/Servers", swiftSettings: strict),
        .testTarget(
            name: "HearthHostTests", dependencies: ["HearthHost", "HearthThreads", "TestServers"], swiftSettings: strict),
        // The published contracts of services, for the tests of who provides and who calls them.
        .target(name: "TestContracts", dependencies: ["HearthJSON"], path: "Tests/Contracts", swiftSettings: strict),
        .testTarget(name: "HabitsTests", dependencies: ["Habits", "TestContracts"], swiftSettings: strict),
        .testTarget(name: "TasksTests", dependencies: ["Tasks", "TestContracts"], swiftSettings: strict),
        .testTarget(name: "StatsTests", dependencies: ["Stats"], swiftSettings: strict),
        .testTarget(name: "RPGTests", dependencies: ["RPG", "TestContracts"], swiftSettings: strict),
        .testTarget(name: "LLMTests", dependencies: ["LLM", "TestContracts"], swiftSettings: strict),
        .testTarget(name: "SocialTests", dependencies: ["Social"], swiftSettings: strict),
        .testTarget(name: "NotificationsTests", dependencies: ["Notifications", "TestContracts"], swiftSettings: strict),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "HearthConfiguration", "HearthHTTP", "HearthHost", "HearthJSON", "TestServers",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// scripts/sanitize builds a few tests with what they test: everything, sanitized, takes an hour on a slow day.
if let tests = Context.environment["HEARTH_SANITIZED_TESTS"] {
    var kept = Set(tests.split(separator: ",").map(String.init))
    var used: Set<String> = []
    var count = 0
    while count != kept.count {
        count = kept.count
        for target in package.targets where kept.contains(target.name) {
            for dependency in target.dependencies {
                switch dependency {
                case .byNameItem(let name, _), .targetItem(let name, _): kept.insert(name)
                case .productItem(_, let package, _, _): if let package { used.insert(package) }
                @unknown default: break
                }
            }
        }
    }
    package.products = []
    package.targets.removeAll { !kept.contains($0.name) }
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
        return !used.contains { location.hasSuffix("/\($0)") }
    }
    for test in package.targets where test.type == .test { test.dependencies.append("SanitizedHandover") }
    package.targets.append(.target(name: "SanitizedHandover", path: "Tests/Sanitizers/Handover", publicHeadersPath: "."))
}
