import Crypto
import Foundation
import HearthDatabase
import HearthJSON
import Testing

@testable import HearthHost

@Suite struct TokenTests {
    private static let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private static let now: Int64 = 1_800_000_000
    private static let user = "01890a5d-ac96-774b-bcce-b302099a8057"
    private static let id = "01890a5d-ac96-774b-bcce-b302099a8058"
    private static let header = #"{"alg":"HS256","typ":"JWT"}"#

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// A token as anybody can write it who has the key.
    private static func token(header: String = header, payload: String, key: [UInt8] = key) -> String {
        let signed = encode(header.utf8) + "." + encode(payload.utf8)
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        return signed + "." + encode(code)
    }

    private static func payload(
        sub: String = "\"\(user)\"", jti: String = "\"\(id)\"", iat: String = "\(now - 10)", exp: String = "\(now + 10)",
        more: String = ""
    ) -> String {
        #"{"sub":\#(sub),"jti":\#(jti),"iat":\#(iat),"exp":\#(exp)\#(more)}"#
    }

    private func refusal(_ token: String) async throws -> TokenRefusal? {
        let signer = try await TokenSigner(key: Self.key)
        do {
            _ = try signer.verify(token[...], now: Self.now)
            return nil
        } catch { return error }
    }

    @Test func `a token that was issued is read again, with dates in whole seconds`() async throws {
        let signer = try await TokenSigner(key: Self.key)
        let user = try #require(DatabaseUUID(Self.user))
        let id = try #require(DatabaseUUID(Self.id))
        let token = AccessToken(user: user, id: id, issuedAt: Self.now, expiresAt: Self.now + 60)
        let text = try await signer.sign(token)
        #expect(try signer.verify(text[...], now: Self.now + 59) == token)
        #expect(throws: TokenRefusal.expired) { try signer.verify(text[...], now: Self.now + 60) }
        let payload = try JSONValue(parsing: signer.payload(of: text[...]))
        #expect(
            payload == [
                "sub": .string(Self.user), "jti": .string(Self.id), "iat": .integer(Self.now), "exp": .integer(Self.now + 60),
            ])
    }

    @Test func `tokens of the test's own making are accepted, so that refusals mean something`() async throws {
        #expect(try await refusal(Self.token(payload: Self.payload())) == nil)
        #expect(try await refusal(Self.token(header: #"{"alg":"HS256"}"#, payload: Self.payload())) == nil)
        #expect(try await refusal(Self.token(payload: Self.payload(more: #","type":"access""#))) == nil)
        #expect(try await refusal(Self.token(payload: Self.payload(more: #","nbf":1"#))) == nil)
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"nOnE"}"#, #"{"alg":""}"#, #"{"alg":256}"#, #"{"alg":["HS256"]}"#,
        #"{"alg":null}"#, #"{"alg":"HS384"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256"}"#, #"{"alg":"hs256"}"#, #"{"typ":"JWT"}"#,
        "{}", #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","jku":"https://evil.example/keys"}"#,
        #"{"alg":"HS256","x5u":"https://evil.example"}"#, #"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#,
        #"{"alg":"HS256","x5c":["AA"]}"#, #"{"alg":"HS256","b64":false}"#,
    ])
    func `a header with another algorithm or with instructions is refused`(header: String) async throws {
        #expect(try await refusal(Self.token(header: header, payload: Self.payload())) != nil)
        // Also when nothing is signed.
        let unsigned = Self.encode(header.utf8) + "." + Self.encode(Self.payload().utf8) + "."
        #expect(try await refusal(unsigned) != nil)
    }

    @Test(arguments: [
        "kid\u{0}", "../../../dev/null", "' OR 1=1 --", String(repeating: "k", count: 10_000),
    ])
    func `a key id chooses nothing`(kid: String) async throws {
        let header = JSONValue.object(["alg": "HS256", "kid": .string(kid)]).text
        let otherKey = Array(Self.key.reversed())
        #expect(try await refusal(Self.token(header: header, payload: Self.payload(), key: otherKey)) != nil)
        #expect(try await refusal(Self.token(header: header, payload: Self.payload(), key: [])) != nil)
    }

    @Test(arguments: [
        #"{"alg":"HS256","alg":"none"}"#, #"{"alg":"none","alg":"HS256"}"#, #""HS256""#, "[]", "", "HS256", #"{"alg":"HS256""#,
        #"{"alg":"HS256","kid":[[[[1]]]]}"#, #"{"alg":"HS256","typ":"at+jwt"}"#, #"{"alg":"HS256","typ":7}"#,
    ])
    func `a header that is ambiguous or no object is refused`(header: String) async throws {
        #expect(try await refusal(Self.token(header: header, payload: Self.payload())) != nil)
    }

    @Test(arguments: [
        payload(exp: "\(now)"), payload(exp: "\(now - 1)"), payload(exp: "-1"), payload(exp: "0"),
        payload(exp: "\"\(now + 10)\""),
        payload(exp: "null"), payload(exp: "NaN"), payload(exp: "1e300"), payload(exp: "\(now + 10).5"),
        payload(exp: "9223372036854775808"),
        payload(exp: "true"), payload(exp: "[\(now + 10)]"), payload(iat: "\(now + 61)"), payload(iat: "\"\(now)\""),
        payload(more: #","nbf":\#(now + 61)"#), payload(more: #","nbf":"1""#), payload(more: #","nbf":-1.5"#),
        payload(sub: "\"\""), payload(sub: "7"),
        payload(sub: "null"), payload(sub: "\"admin\""), payload(jti: "\"\""), payload(jti: "7"),
        payload(more: #","exp":\#(now + 99)"#),
        payload(more: #","sub":"01890a5d-ac96-774b-bcce-b302099a8059""#), payload(more: #","type":"refresh""#),
        payload(more: #","type":"password_reset""#), payload(more: #","type":null"#), payload(more: #","aud":"other""#),
        payload(more: #","aud":["hearth"]"#), payload(more: #","iss":"https://evil.example""#), "{}", "[]", "7", "", "not json",
        #"{"sub":"\#(user)","exp":\#(now + 10)}"#, #"{"sub":"\#(user)","iat":1,"jti":"\#(id)"}"#,
        payload(more: #","a":[[[[[[1]]]]]]"#), String(repeating: "[", count: 4_000),
    ])
    func `a payload that is not an access token for now is refused`(payload: String) async throws {
        #expect(try await refusal(Self.token(payload: payload)) != nil)
    }

    @Test func `a payload that is not UTF-8 is refused`() async throws {
        let bytes = Array(Self.payload(more: #","x":"y""#).utf8).map { $0 == UInt8(ascii: "y") ? 0xFF : $0 }
        let signed = Self.encode(Self.header.utf8) + "." + Self.encode(bytes)
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Self.key))
        #expect(try await refusal(signed + "." + Self.encode(code)) == .malformed)
    }

    @Test func `a signature is exact`() async throws {
        let token = Self.token(payload: Self.payload())
        let parts = token.split(separator: ".").map(String.init)
        let other = Self.token(payload: Self.payload(exp: "\(Self.now + 11)")).split(separator: ".").map(String.init)
        let signature = parts[2]
        let last = try #require(signature.last)
        // 43 characters hold two bits more than 32 bytes: the next letter decodes to the same bytes for a lenient reader.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let position = try #require(alphabet.firstIndex(of: last))
        let twin = String(signature.dropLast()) + String(alphabet[position + 1])
        let flipped = String(alphabet[(alphabet.firstIndex(of: try #require(signature.first)) ?? 0) ^ 1]) + signature.dropFirst()
        for wrong in [
            "", String(signature.dropLast(4)), twin, flipped, other[2], signature + "=", signature + "A", " " + signature,
        ] {
            #expect(try await refusal("\(parts[0]).\(parts[1]).\(wrong)") != nil, "\(wrong)")
        }
        #expect(try await refusal("\(parts[0]).\(other[1]).\(signature)") == .signature)
    }

    @Test func `a token has three parts and nothing around them`() async throws {
        let token = Self.token(payload: Self.payload())
        let parts = token.split(separator: ".").map(String.init)
        for wrong in [
            "", ".", "..", "...", "\(parts[0]).\(parts[1])", token + ".", token + ".x", "." + token, " " + token, token + " ",
            token + "\n",
            token.replacing(".", with: ". "), "\(parts[0])=.\(parts[1]).\(parts[2])", "Bearer " + token,
        ] {
            #expect(try await refusal(wrong) != nil, "\(wrong)")
        }
    }

    @Test func `a long token is refused before it is read`() async throws {
        let long = Self.token(payload: Self.payload(more: #","x":"\#(String(repeating: "y", count: 8_000))""#))
        #expect(try await refusal(long) == .malformed)
        #expect(try await refusal(String(repeating: "a", count: 1 << 20)) == .malformed)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: vectors), "the test vectors of wycheproof are not here"))
    func `the signatures of wycheproof's HS256 vectors are judged right`() async throws {
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: Self.vectors))) as? [String: Any]
        let groups = try #require(document?["testGroups"] as? [[String: Any]])
        // The text of 367 and 370 is that of the valid 357; 372 and 373 have a character that is none of base64url.
        let doubtful: Set<Int> = [367, 370, 372, 373]
        var count = 0
        for group in groups {
            guard let key = group["private"] as? [String: Any], key["alg"] as? String == "HS256", let text = key["k"] as? String,
                let bytes = Base64URL.decode(text.utf8), let tests = group["tests"] as? [[String: Any]]
            else { continue }
            let signer = try await TokenSigner(key: bytes)
            for test in tests {
                let number = try #require(test["tcId"] as? Int)
                let token = try #require(test["jws"] as? String)
                guard !doubtful.contains(number) else { continue }
                let isAccepted = (try? signer.payload(of: token[...])) != nil
                #expect(isAccepted == (test["result"] as? String == "valid"), "test \(number): \(test["comment"] ?? "")")
                count += 1
            }
        }
        #expect(count >= 30)
    }

    private static let vectors = "../shared/data/jws/json_web_signature.json"
}
