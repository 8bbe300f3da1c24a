import HearthJSON
import Testing

struct TextFormatTests {
    private func violation(_ text: String, _ format: String) throws -> Violation? {
        try JSONSchema(["type": "string", "format": .string(format)]).validate(.string(text)).first
    }

    @Test(arguments: [
        ("uuid", "019abcde-f012-7fff-8000-0102030405ff"), ("uuid", "019ABCDE-F012-7FFF-8000-0102030405FF"),
        ("date", "2026-11-20"), ("date", "2024-02-29"), ("date", "2000-02-29"), ("time", "07:30"), ("time", "23:59:59"),
        ("time", "07:30:00.123456"), ("time", "07:30:00Z"), ("time", "07:30:00+05:30"),
        ("date-time", "2026-11-20T21:51:38.908149Z"), ("date-time", "2026-11-20t21:51:38z"),
        ("date-time", "2026-11-20 21:51+01:00"), ("date-time", "2026-11-20T21:51:38.908-08:00"),
        ("email", "a@b.c"), ("email", "first.last+tag@sub.example.com"), ("email", "o'neil@example.co.uk"),
        ("uri", "https://example.com/a?b=c#d"), ("uri", "http://[::1]:8000/"), ("uri", "mailto:a@b.c"), ("uri", "urn:x:y"),
    ])
    func `a text in the format is accepted`(format: String, text: String) throws {
        #expect(try violation(text, format) == nil)
    }

    @Test(arguments: [
        ("uuid", "abc", "uuid_parsing: Input should be a valid UUID, invalid length: found 3"),
        (
            "uuid", "019abcde-f012-7fff-8000-0102030405fg",
            "uuid_parsing: Input should be a valid UUID, invalid character at 35"
        ),
        (
            "date", "2026-13-01",
            "date_from_datetime_parsing: Input should be a valid date or datetime, month value is outside expected range of 1-12"
        ),
        (
            "date", "2100-02-29",
            "date_from_datetime_parsing: Input should be a valid date or datetime, day value is outside expected range"
        ),
        ("date", "2026-1-1", "date_from_datetime_parsing: Input should be a valid date or datetime, input is too short"),
        (
            "date", "abcd-ef-gh",
            "date_from_datetime_parsing: Input should be a valid date or datetime, invalid character in year"
        ),
        (
            "date", "2026-01-01T00:00:00Z",
            "date_from_datetime_parsing: Input should be a valid date or datetime, "
                + "unexpected extra characters at the end of the input"
        ),
        ("time", "25:00", "time_parsing: Input should be in a valid time format, hour value is outside expected range of 0-23"),
        (
            "time", "10:61",
            "time_parsing: Input should be in a valid time format, minute value is outside expected range of 0-59"
        ),
        ("time", "10:00:00x", "time_parsing: Input should be in a valid time format, invalid timezone sign"),
        ("time", "10:00:", "time_parsing: Input should be in a valid time format, invalid character in second"),
        (
            "date-time", "2026-02-30T00:00:00Z",
            "datetime_from_date_parsing: Input should be a valid datetime or date, day value is outside expected range"
        ),
        ("date-time", "2026-02-20", "datetime_from_date_parsing: Input should be a valid datetime or date, input is too short"),
        ("date-time", "2026-11-20T21:51:38", "timezone_aware: Input should have timezone info"),
        ("email", "abc", "value_error: value is not a valid email address: An email address must have an @-sign."),
        ("email", "@b.c", "value_error: value is not a valid email address: There must be something before the @-sign."),
        (
            "email", "a@b",
            "value_error: value is not a valid email address: The part after the @-sign is not valid. It should have a period."
        ),
        (
            "email", "a b@c.de",
            "value_error: value is not a valid email address: "
                + "The email address contains invalid characters before the @-sign."
        ),
        (
            "email", "a@b..c",
            "value_error: value is not a valid email address: An email address cannot have two periods in a row."
        ),
        ("uri", "/x", "url_parsing: Input should be a valid URL, relative URL without a base"),
        ("uri", "", "url_parsing: Input should be a valid URL, input is empty"),
        ("uri", "http://", "url_parsing: Input should be a valid URL, empty host"),
        ("uri", "http://a b", "url_parsing: Input should be a valid URL, invalid character at 8"),
        ("uri", "http://a/%zz", "url_parsing: Input should be a valid URL, invalid percent-encoding"),
    ])
    func `a text that breaks the format is reported`(format: String, text: String, expected: String) throws {
        let found = try violation(text, format)
        #expect(found.map { "\($0.type): \($0.msg)" } == expected)
    }
}
