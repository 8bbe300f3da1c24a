import HearthKit
import Synchronization

/// All badges. They come with the plugin, so what was read once holds until the process ends.
struct BadgeCatalogue: Sendable {
    let badges: [Badge]
    /// Another number when other conditions are to be met: whoever was judged by others is judged anew.
    let version: Int

    init(_ badges: [Badge]) {
        self.badges = badges
        var hash: UInt32 = 2_166_136_261  // FNV-1a
        for badge in badges {
            for byte in "\(badge.code) \(badge.conditionType) \(JSONValue.object(badge.conditionValue).text)\n".utf8 {
                hash = (hash ^ UInt32(byte)) &* 16_777_619
            }
        }
        version = Int(hash)
    }

    private static let known = Mutex<BadgeCatalogue?>(nil)

    /// Reads it, once.
    static func load(_ context: Context) async throws -> BadgeCatalogue {
        if let known = known.withLock({ $0 }) { return known }
        let catalogue = BadgeCatalogue(try await context.query(Badge.all))
        known.withLock { $0 = catalogue }
        return catalogue
    }
}
