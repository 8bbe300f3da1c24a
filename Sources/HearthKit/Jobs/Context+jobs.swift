import CHearth
import HearthJSON

extension Context {
    /// Enqueues a job. In a transaction it is there when that commits, and not at all when it does not.
    ///
    /// - Parameters:
    ///   - kind: What it does.
    ///   - payload: What it is given.
    ///   - placement: When, and with which keys.
    /// - Throws: ``HostError``.
    @discardableResult
    public func enqueue<Payload>(
        _ kind: JobKind<Payload>, _ payload: Payload, _ placement: JobPlacement = JobPlacement()
    ) async throws -> EnqueuedJob {
        guard let job = try await enqueue(kind, [(payload, placement)]).first else {
            throw HostError(.failed, message: "enqueue answered nothing")
        }
        return job
    }

    /// Enqueues jobs, all or none; at most 1,000.
    ///
    /// - Throws: ``HostError``.
    @discardableResult
    public func enqueue<Payload>(
        _ kind: JobKind<Payload>, _ jobs: [(payload: Payload, placement: JobPlacement)]
    ) async throws -> [EnqueuedJob] {
        guard !jobs.isEmpty else { return [] }
        let table = try runtime.jobs
        var text = ForeignText()
        let name = text.append(kind.name)
        let places = jobs.map { job in
            var json = JSONWriter()
            job.payload.write(to: &json)
            return [
                String(decoding: json.bytes, as: UTF8.self), job.placement.uniqueKey ?? "", job.placement.serialKey ?? "",
                job.placement.tenant ?? "",
            ].map { text.append($0) }
        }
        return try await ContinuationBox<[EnqueuedJob]>.waiting(for: "enqueue") { box in
            text.withBase { base in
                let foreign = zip(jobs, places).map { job, places in
                    let payload = ForeignText.string(at: places[0], base)
                    return hearth_new_job(
                        size: UInt32(MemoryLayout<hearth_new_job>.size), unique: job.placement.unique.rawValue,
                        kind: ForeignText.string(at: name, base),
                        payload: hearth_bytes(
                            data: UnsafeRawPointer(payload.data)?.assumingMemoryBound(to: UInt8.self), length: payload.length),
                        run_at: job.placement.runAt?.microseconds ?? 0, unique_key: ForeignText.string(at: places[1], base),
                        serial_key: ForeignText.string(at: places[2], base), tenant: ForeignText.string(at: places[3], base),
                        priority: UInt32(clamping: job.placement.priority ?? 0), reserved: 0)
                }
                return foreign.withUnsafeBufferPointer {
                    table.pointee.enqueue(
                        runtime.host, handle, $0.baseAddress, UInt64($0.count),
                        { user, error, ids, flags, count in
                            ContinuationBox<[EnqueuedJob]>.resume(
                                user, error,
                                (0..<Int(count)).map { index in
                                    EnqueuedJob(
                                        id: UUID(bytes: UnsafeRawBufferPointer(start: ids.map { $0 + 16 * index }, count: 16)),
                                        isNew: flags?[index] == 1)
                                })
                        }, box)
                }
            }
        }
    }

    /// Gives a job of this plugin up; one that runs is asked to end.
    ///
    /// - Returns: False when it is over already, or does not exist.
    /// - Throws: ``HostError``.
    @discardableResult
    public func cancelJob(_ id: UUID) async throws -> Bool {
        let table = try runtime.jobs
        return try await ContinuationBox<Bool>.waiting(for: "cancel") { box in
            id.withBytes { bytes in
                table.pointee.cancel(
                    runtime.host, handle, bytes.bindMemory(to: UInt8.self).baseAddress,
                    { ContinuationBox<Bool>.resume($0, $1, $2 != 0) }, box)
            }
        }
    }

    /// Takes or renews a lease, which only one host has at a time.
    ///
    /// - Parameters:
    ///   - name: Of what only one host does.
    ///   - duration: How long it holds without being renewed, a second to a day.
    /// - Returns: False while another host has it.
    /// - Throws: ``HostError``.
    public func takeLease(_ name: String, for duration: Duration) async throws -> Bool {
        let table = try runtime.jobs
        return try await ContinuationBox<Bool>.waiting(for: "take_lease") { box in
            name.lending {
                table.pointee.take_lease(
                    runtime.host, handle, $0, duration.foreign, { ContinuationBox<Bool>.resume($0, $1, $2 != 0) }, box)
            }
        }
    }

    /// Gives a lease back, if this host has it.
    ///
    /// - Throws: ``HostError``.
    public func releaseLease(_ name: String) async throws {
        let table = try runtime.jobs
        _ = try await ContinuationBox<Bool>.waiting(for: "release_lease") { box in
            name.lending {
                table.pointee.release_lease(
                    runtime.host, handle, $0, { ContinuationBox<Bool>.resume($0, $1, $2 != 0) }, box)
            }
        }
    }
}
