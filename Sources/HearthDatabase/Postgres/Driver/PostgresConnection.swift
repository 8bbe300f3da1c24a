import CPostgres
import HearthThreads

/// A connection: carries out what the protocol asks for with libpq, on the thread of the loop.
final class PostgresConnection {
    let identity: Int
    private unowned let driver: PostgresDriver
    private(set) var handle: OpaquePointer?
    private var handshake: PostgresHandshake?
    private var watch: EventLoop.Watch?
    private(set) var machine: PostgresProtocol
    private var messages: [PostgresProtocol.Message] = []
    private var parameters = PostgresParameters()
    /// Something was sent since the last flush.
    var isDirty = false
    /// The transaction to which it belongs.
    var transaction: PostgresTransaction?
    /// A request to cancel that is on its way.
    var cancel: Cancel?

    struct Cancel {
        let unit: PostgresUnit
        let at: Deadline
        var isDelivered = false
        var isAnswered = false
    }

    init(identity: Int, driver: PostgresDriver) {
        self.identity = identity
        self.driver = driver
        machine = PostgresProtocol(
            usesNames: driver.configuration.usesNamedStatements, capacity: driver.configuration.statementCacheSize)
    }

    // MARK: Opening and closing

    /// Takes over what libpq has begun.
    func adopt(_ handle: OpaquePointer?) {
        guard let handle else { return driver.lost(self, "no memory is left") }
        self.handle = handle
        handshake = PostgresHandshake(handle, on: driver.loop) { [unowned self] isOpen in
            handshake = nil
            if isOpen { establish() } else { driver.lost(self, reason) }
        }
        handshake?.start()
    }

    private func establish() {
        guard let handle, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            return driver.lost(self, reason)
        }
        if let encoding = PQparameterStatus(handle, "server_encoding").map({ String(cString: $0) }), encoding != "UTF8" {
            return driver.lost(self, "the encoding of the database is \(encoding): make one with ENCODING 'UTF8'")
        }
        watch = driver.loop.watch(PQsocket(handle), for: .read) { [unowned self] readiness in ready(readiness) }
        driver.opened(self)
    }

    /// What libpq says, as one line.
    private var reason: String {
        guard let handle, let message = PQerrorMessage(handle) else { return "no connection" }
        let lines = String(cString: message).split(separator: "\n").map { line in line.drop { $0 == " " || $0 == "\t" } }
        return lines.isEmpty ? "the server closed the connection" : lines.joined(separator: " ")
    }

    func close() {
        handshake?.cancel()
        handshake = nil
        watch?.cancel()
        watch = nil
        if let handle { PQfinish(handle) }
        handle = nil
    }

    // MARK: Sending

    func send(_ unit: PostgresUnit, now: Deadline) {
        if machine.load == 0 { unit.startedAt = now }
        messages.removeAll(keepingCapacity: true)
        machine.send(unit, &messages)
        driver.markDirty(self)
        guard let handle else { return }
        for message in messages where perform(message, handle) == 0 {
            // Whatever was sent is answered by the loss of the connection.
            return driver.loseLater(self, reason)
        }
    }

    private func perform(_ message: PostgresProtocol.Message, _ handle: OpaquePointer) -> Int32 {
        let usesNames = driver.configuration.usesNamedStatements
        switch message {
        case .prepare(let shape):
            return shape.parameters.withUnsafeBufferPointer { types in
                PQsendPrepare(
                    handle, usesNames ? shape.name : PostgresShape.noName, shape.sql, Int32(types.count), types.baseAddress)
            }
        case .describe(let shape): return PQsendDescribePrepared(handle, usesNames ? shape.name : PostgresShape.noName)
        case .command(let shape):
            return usesNames
                ? PQsendQueryPrepared(handle, shape.name, 0, nil, nil, nil, 1)
                : PQsendQueryParams(handle, shape.sql, 0, nil, nil, nil, nil, 1)
        case .execute(let shape, let statement):
            driver.configuration.onStatement?(statement.sql)
            parameters.encode(statement.parameters, as: shape.parameters)
            return parameters.lend { count, values, lengths, formats in
                usesNames
                    ? PQsendQueryPrepared(handle, shape.name, count, values, lengths, formats, 1)
                    : shape.parameters.withUnsafeBufferPointer {
                        PQsendQueryParams(handle, shape.sql, count, $0.baseAddress, values, lengths, formats, 1)
                    }
            }
        case .once(let sql):
            driver.configuration.onStatement?(sql)
            return PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1)
        case .deallocate(let identity):
            return PQsendQueryParams(handle, "DEALLOCATE h\(identity)", 0, nil, nil, nil, nil, 1)
        case .sync: return hearth_pq_sync(handle)
        }
    }

    /// Writes what is left to be written.
    func flush() {
        isDirty = false
        guard let handle else { return }
        switch PQflush(handle) {
        case 0: watch?.change(to: .read)
        case 1: watch?.change(to: [.read, .write])
        default: return driver.lost(self, reason)
        }
        // libpq may have read answers while it waited for room.
        process()
    }

    // MARK: Receiving

    private func ready(_ readiness: EventLoop.Readiness) {
        guard let handle else { return }
        if readiness.contains(.read) {
            let isOpen = PQconsumeInput(handle) == 1
            process()
            if !isOpen, self.handle != nil { return driver.lost(self, reason) }
        }
        if readiness.contains(.write), self.handle != nil { flush() }
        driver.settle()
    }

    private func process() {
        guard machine.load > 0 else { return }
        let now = Deadline.now
        var isRepeated = false
        while let handle, machine.load > 0, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                // One follows each result; two mean that there is nothing more.
                if isRepeated { return }
                isRepeated = true
                continue
            }
            isRepeated = false
            defer { PQclear(result) }
            guard receive(result, handle, now) else { return }
        }
    }

    /// False when the connection is lost.
    private func receive(_ result: OpaquePointer, _ handle: OpaquePointer, _ now: Deadline) -> Bool {
        let answer: PostgresProtocol.Answer
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK: answer = .done
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: answer = isRollback(result) ? .rolledBack : .done
        case PGRES_PIPELINE_SYNC: answer = .synced
        case PGRES_PIPELINE_ABORTED: answer = .skipped
        case PGRES_FATAL_ERROR:
            let failure = PostgresFailure(result)
            // Without a code libpq itself speaks: the connection is gone.
            guard !failure.state.isEmpty else {
                driver.lost(self, reason)
                return false
            }
            answer = .failed(failure)
        default:
            driver.lost(self, "an answer that was not asked for")
            return false
        }
        switch machine.receive(answer) {
        case .nothing: break
        case .rows(let call, let number): rows(result, of: call, number)
        case .described(_, _, let shape):
            shape.parameters = (0..<PQnparams(result)).map { PQparamtype(result, $0) }
            shape.columns = (0..<PQnfields(result)).map { PQftype(result, $0) }
        case .ended(let unit):
            machine.current?.startedAt = now
            driver.ended(unit, on: self, isIdle: PQtransactionStatus(handle) == PQTRANS_IDLE, now: now)
            return self.handle != nil
        case .confusion:
            driver.lost(self, "an answer that was not expected")
            return false
        }
        return true
    }

    private func isRollback(_ result: OpaquePointer) -> Bool {
        guard let status = PQcmdStatus(result) else { return false }
        return status[0] == CChar(UInt8(ascii: "R")) && status[1] == CChar(UInt8(ascii: "O"))
    }

    private func rows(_ result: OpaquePointer, of call: PostgresCall, _ number: Int) {
        guard !call.isFinished, let unit = machine.current else { return }
        do throws(DatabaseError) {
            call.results.append(try PostgresRows.read(result, of: call.statements[number]))
            if case .reads = unit.purpose { call.finish() }
        } catch {
            if case .reads = unit.purpose {
                call.finish(error)
            } else if unit.failure == nil {
                unit.failure = .init(part: number, cause: .refused(error))
            }
        }
    }
}
