using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Json;

public sealed class CanonicalTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c/d", "\"a\\\"b\\\\c/d\"")]
    [InlineData("\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"")]
    [InlineData("\u0000\u001f\u007f", "\"\\u0000\\u001f\u007f\"")]
    [InlineData("ünï 😀 \u2028", "\"ünï 😀 \u2028\"")]
    public void Strings_are_escaped_as_RFC_8785_says(string text, string expected)
        => Encoding.UTF8.GetString(CanonicalText.Quoted(text)).ShouldBe(expected);

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(1_749_981_600_123_456, 6, "2025-06-15T10:00:00.123456Z")]
    [InlineData(1_749_981_600_123_456, 3, "2025-06-15T10:00:00.123Z")]
    [InlineData(1_749_981_600_000_007, 6, "2025-06-15T10:00:00.000007Z")]
    [InlineData(1_709_251_199_000_000, 0, "2024-02-29T23:59:59Z")]
    [InlineData(CanonicalText.MaximumMicroseconds, 6, "9999-12-31T23:59:59.999999Z")]
    public void Times_have_as_many_digits_as_asked_for_and_can_be_read_back(long microseconds, int digits, string expected)
    {
        var text = new ByteWriter();
        CanonicalText.WriteTime(text, microseconds, digits);
        Encoding.UTF8.GetString(text.Written).ShouldBe(expected);
        CanonicalText.TryReadTime(expected, out var read).ShouldBeTrue();
        var unit = digits switch { 0 => 1_000_000, 3 => 1_000, _ => 1 };
        read.ShouldBe(microseconds / unit * unit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-06-15")]
    [InlineData("2025-06-15T10:00:00")]
    [InlineData("2025-06-15T10:00:00+00:00")]
    [InlineData("2025-06-15 10:00:00Z")]
    [InlineData("2025-06-15T10:00:00.1Z")]
    [InlineData("2025-06-15T10:00:00,123Z")]
    [InlineData("2025-13-15T10:00:00Z")]
    [InlineData("2025-02-29T10:00:00Z")]
    [InlineData("2025-06-15T24:00:00Z")]
    [InlineData("2025-06-15T10:60:00Z")]
    [InlineData("2025-06-15T10:00:60Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2025-06-15T10:00:00.-12Z")]
    public void Other_forms_of_time_are_not_read(string text)
        => CanonicalText.TryReadTime(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Integers_are_plain_digits(long value)
    {
        var text = new ByteWriter(1);
        CanonicalText.WriteInteger(text, value);
        Encoding.UTF8.GetString(text.Written).ShouldBe(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
