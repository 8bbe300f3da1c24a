public import HearthDatabase

/// Why a file could not be put, found or read.
public enum FileError: Error, Sendable {
    /// The operator does not let the plugin keep files of the type.
    case type(String)
    /// Larger than the operator lets one file be, in bytes.
    case size(limit: Int)
    /// With it all files of the plugin would be larger than the operator lets them be, in bytes.
    case quota(limit: Int)
    /// It has been on its way for longer than a day.
    case expired
    /// It was written or ended before.
    case over
    /// The database has failed.
    case database(DatabaseError)
    /// The storage has failed.
    case storage(BlobStorageError)

    /// Runs what may fail with an error of the parts.
    static func wrapping<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async throws(FileError) -> R {
        do {
            return try await body()
        } catch let error as FileError {
            throw error
        } catch let error as DatabaseError {
            throw .database(error)
        } catch let error as BlobStorageError {
            throw .storage(error)
        } catch {
            throw .storage(BlobStorageError("\(error)"))
        }
    }
}

extension FileError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .type(let type): "the operator does not let this plugin keep files of the type \(type)"
        case .size(let limit): "a file may have \(limit) bytes at most"
        case .quota(let limit): "all files of this plugin may have \(limit) bytes at most"
        case .expired: "the file has been on its way for longer than a day"
        case .over: "the file is complete, or was given up"
        case .database(let error): error.message
        case .storage(let error): error.description
        }
    }
}
