import HearthJSON
import TestServers
import Testing

/// Redis is killed, frozen and started again under load: nobody who writes notices.
@Suite(.enabled(if: TestEngine.current == .postgres, "the ledger is compared with PostgreSQL"), .serialized)
struct CacheFaultTests {
    /// Starts Redis and a host that asks it at each request, lets something happen under load, and compares.
    private func withFault(_ name: String, _ fault: @Sendable (PrivateRedis, LoadedHost) async throws -> Void) async throws {
        let redis = try PrivateRedis()
        defer { redis.kill() }
        let address = try await TestDatabase.create()
        let host = try await LoadedHost.start(
            on: address,
            environment: [
                "REDIS_URL": redis.address, "REDIS_MILLISECONDS": "200", "RATE_LIMIT": "on", "RATE_LIMIT_USER": "1000000",
                "RATE_LIMIT_ADDRESS": "1000000", "RATE_LIMIT_LOGIN": "1000",
            ])
        defer { host.process.kill() }
        let before = try await rest(host, address)
        try await host.underLoad {
            #expect(await host.recovery() != nil, "nothing is acknowledged before the fault")
            try await fault(redis, host)
            #expect(await host.recovery() != nil, "nothing is acknowledged after the fault")
        }
        let ledger = host.ledger
        print("fault: Redis \(name): acknowledged \(ledger.count(.acknowledged))")
        #expect(ledger.oddities.isEmpty)
        // What can be served without Redis is served: not a single request may have failed.
        #expect(ledger.count(.refused) == 0 && ledger.count(.unknown) == 0)
        let isBack = await eventually { await redisHealth(host) == "healthy" }
        #expect(isBack, "\(host.process.errors.suffix(2_000))")
        let after = try await rest(host, address)
        #expect(after <= before)
        try await ledger.check(try await PostgresConsole(address))
        await host.stop()
    }

    private func rest(_ host: LoadedHost, _ address: String) async throws -> Int {
        try await host.restingDescriptors(try await PostgresConsole(address))
    }

    private func redisHealth(_ host: LoadedHost) async -> String? {
        try? await host.client.get("/api/health/detailed").json["redis"]?.string
    }

    /// Waits until the host has noticed, and checks that it serves and says so.
    private func expectNoticed(_ host: LoadedHost) async throws {
        let isNoticed = await eventually { await redisHealth(host) == "unhealthy" }
        #expect(isNoticed)
        let health = try await host.client.get("/api/health/detailed")
        #expect(health.status == 200 && health.json["status"] == "healthy")
        // For as long as it lasts.
        try await Task.sleep(for: .seconds(1))
        #expect(await host.recovery() != nil, "nothing is acknowledged while Redis is away")
    }

    @Test(.timeLimit(.minutes(5))) func `Redis is killed and started again`() async throws {
        try await withFault("killed and started") { redis, host in
            for _ in 0..<3 {
                redis.kill()
                try await expectNoticed(host)
                try redis.start()
                let isBack = await eventually { await redisHealth(host) == "healthy" }
                #expect(isBack)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `Redis stops answering and goes on later`() async throws {
        try await withFault("frozen") { redis, host in
            redis.freeze()
            try await expectNoticed(host)
            redis.thaw()
        }
    }
}
