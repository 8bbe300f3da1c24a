import CHearth
import HearthDatabase

/// `hearth.database/1` as C sees it.
enum DatabaseInterface {
    static let table = hearth_database(
        size: UInt32(MemoryLayout<hearth_database>.size), query: query, batch: batch, begin: begin, commit: commit,
        rollback: rollback, dialect: dialect)

    private static let dialects = Dictionary(
        uniqueKeysWithValues: Dialect.allCases.map { ($0, ForeignText($0.rawValue)) })

    private static let dialect: @convention(c) (UnsafePointer<hearth_host>?) -> hearth_string = { host in
        guard let plugin = PluginInstance.from(host) else { return hearth_string() }
        return dialects[plugin.services.database.dialect]?.string ?? hearth_string()
    }

    // MARK: Statements

    private static let query:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_statement>?, hearth_results?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, statement, done, user in
            checked(host, "query", run(host, handle, statement.map { [$0] } ?? [], done, user))
        }

    private static let batch:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<UnsafePointer<hearth_statement>?>?, UInt64,
            hearth_results?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, statements, count, done, user in
            guard let statements, count <= UInt64(DatabaseLimits.statements) else {
                return checked(host, "batch", Status.invalid)
            }
            var pointers: [UnsafePointer<hearth_statement>] = []
            for index in 0..<Int(count) {
                guard let statement = statements[index] else { return checked(host, "batch", Status.invalid) }
                pointers.append(statement)
            }
            return checked(host, "batch", run(host, handle, pointers, done, user))
        }

    /// Passes a status on, and reports one that no correct plugin gets.
    private static func checked(
        _ host: UnsafePointer<hearth_host>?, _ call: StaticString, _ status: hearth_status
    ) -> hearth_status {
        PluginInstance.from(host)?.checked(call, status) ?? status
    }

    private static func run(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ pointers: [UnsafePointer<hearth_statement>],
        _ done: hearth_results?, _ user: UnsafeMutableRawPointer?
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host), let done, !pointers.isEmpty else { return Status.invalid }
        guard let context = plugin.context(handle) else {
            return plugin.reportStale("query")
        }
        var statements: [Statement] = []
        statements.reserveCapacity(pointers.count)
        for pointer in pointers {
            guard let statement = StatementReader.read(pointer) else { return Status.invalid }
            statements.append(statement)
        }
        let admission = context.beginCall()
        guard admission == Status.ok else { return admission == Status.stale ? plugin.reportStale("query") : admission }
        let completion = ForeignCompletion(function: done, user: user)
        let finish: ResultsCompletion = { result in
            plugin.services.workers.enqueueWithTurn(context.label) {
                context.endCall()
                ResultsWriter.deliver(result, to: completion, of: plugin)
            }
        }
        if let transaction = context.transaction {
            context.note(transaction.run(statements, scope: plugin.scope, deadline: context.deadline, completion: finish))
        } else {
            context.note(
                plugin.services.database.run(statements, scope: plugin.scope, deadline: context.deadline, completion: finish))
        }
        return Status.ok
    }

    // MARK: Transactions

    private static let begin:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_transaction_options>?, hearth_begun?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, options, done, user in
            guard let plugin = PluginInstance.from(host), let done else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("begin")
            }
            guard let options = Self.options(options, scope: plugin.scope) else { return plugin.checked("begin", Status.invalid) }
            let admission = context.beginTransaction()
            guard admission == Status.ok else {
                return admission == Status.stale ? plugin.reportStale("begin") : plugin.checked("begin", admission)
            }
            let completion = ForeignCompletion(function: done, user: user)
            @Sendable func begun(_ result: Result<TransactionHolder, DatabaseError>) {
                plugin.services.workers.enqueueWithTurn(context.label) {
                    open(result, on: context, completion)
                }
            }
            if let transaction = context.transaction {
                transaction.savepoint { result in
                    begun(result.map { TransactionHolder(transaction: transaction, savepoint: $0) })
                }
            } else {
                context.note(
                    plugin.services.database.begin(options, deadline: context.deadline) { result in
                        begun(result.map { TransactionHolder(transaction: $0) })
                    })
            }
            return Status.ok
        }

    private static func options(
        _ pointer: UnsafePointer<hearth_transaction_options>?, scope: TableScope
    ) -> TransactionOptions? {
        guard let pointer else { return TransactionOptions(scope: scope) }
        let options = StructReader.read(pointer, size: pointer.pointee.size)
        let isolation: TransactionOptions.Isolation
        switch options.isolation {
        case 0, 1: isolation = .readCommitted
        case 2: isolation = .repeatableRead
        case 3: isolation = .serializable
        default: return nil
        }
        return TransactionOptions(scope: scope, isolation: isolation, readOnly: options.read_only != 0)
    }

    /// Gives a transaction its context; when whoever asked for it is gone meanwhile, it is undone.
    private static func open(
        _ result: Result<TransactionHolder, DatabaseError>, on parent: CallContext, _ completion: ForeignCompletion<hearth_begun>
    ) {
        let plugin = parent.plugin
        switch result {
        case .failure(let error):
            parent.endTransaction()
            ForeignError(error).lend { completion.function(completion.user, $0, 0) }
        case .success(let holder):
            let context = CallContext(
                plugin: plugin, purpose: .transaction(holder), parent: parent, requestID: parent.requestID, actor: parent.actor,
                deadline: parent.deadline, transaction: holder.transaction, depth: parent.depth)
            plugin.services.contexts.open(context)
            // Looked at only now: whoever ends the parent from here on finds this context and undoes it.
            guard plugin.services.contexts[parent.handle] === parent, !parent.isBarred else {
                if plugin.services.contexts.close(context) { plugin.services.undo(context, holder) }
                return ForeignError(Status.stale, "the context is over").lend { completion.function(completion.user, $0, 0) }
            }
            if parent.isCancelled { context.cancel() }
            completion.function(completion.user, nil, context.handle)
        }
    }

    private static let commit:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_done?, UnsafeMutableRawPointer?) -> hearth_status = {
            checked($0, "commit", end($0, $1, $2, $3, committing: true))
        }

    private static let rollback:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_done?, UnsafeMutableRawPointer?) -> hearth_status = {
            checked($0, "rollback", end($0, $1, $2, $3, committing: false))
        }

    private static func end(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ done: hearth_done?, _ user: UnsafeMutableRawPointer?,
        committing: Bool
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host), let done else { return Status.invalid }
        guard let context = plugin.context(handle) else {
            return plugin.reportStale(committing ? "commit" : "rollback")
        }
        // A service call works in its caller's transaction, which only the caller ends.
        guard case .transaction(let holder) = context.purpose else { return Status.denied }
        if committing, context.isInUse { return Status.busy }
        guard plugin.services.contexts.close(context) else { return plugin.reportStale("commit") }
        let completion = ForeignCompletion(function: done, user: user)
        let finish: DoneCompletion = { result in
            if committing, case .success = result {
                if holder.savepoint == nil {
                    for action in holder.takeActions() { action() }
                } else {
                    context.handOn(from: holder)
                }
            }
            plugin.services.workers.enqueueWithTurn(context.label) {
                if committing { context.parent?.endTransaction() }
                switch result {
                case .success: completion.function(completion.user, nil)
                case .failure(let error): ForeignError(error).lend { completion.function(completion.user, $0) }
                }
            }
        }
        if !committing {
            plugin.services.undo(context, holder, completion: finish)
        } else if let savepoint = holder.savepoint {
            holder.transaction.release(savepoint, completion: finish)
        } else {
            holder.transaction.commit(completion: finish)
        }
        return Status.ok
    }
}
