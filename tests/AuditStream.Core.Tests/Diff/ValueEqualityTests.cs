using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Diff;

public sealed class ValueEqualityTests
{
    private static readonly string[] Texts =
    [
        "1", "1.0", "10e-1", "0.1e1", "-1", "0", "-0", "0.0", "-0.0", "1e999999999999", "1E999999999999", "10", "1e1", "\"1\"", "\"1.00\"", "\"1e0\"", "1e0",
        "\"10\"", "\"a,b\"", "\"b,a\"", "\"a,c\"", "\"2024-01-01T00:00:00Z\"", "\"2024-01-01T00:00:00.000Z\"", "\"2024-01-01T00:00:00.100Z\"",
        "\"2024-01-01T00:00:00.1Z\"", "\"2024-01-01T00:00:10Z\"", "{\"a\":1.0}", "{\"a\":1}", "{\"a\":\"1\"}", "[1,2]", "[1.0,2e0]", "[12]", "true", "null",
        "\"NaN\"", "\"\"",
    ];

    [Fact]
    public void Two_values_are_equal_exactly_when_their_normal_forms_are()
    {
        foreach (var type in Enum.GetValues<ColumnType>())
        {
            foreach (var left in Texts)
            {
                foreach (var right in Texts)
                {
                    var areEqual = left == right || ValueEquality.AreEqual(Bytes(left), Bytes(right), type);
                    Normal(left, type).Equals(Normal(right, type), StringComparison.Ordinal).ShouldBe(areEqual, $"{type}: {left} and {right}");
                }
            }
        }
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string Normal(string text, ColumnType type)
    {
        var into = new ByteWriter();
        ValueEquality.WriteNormal(Bytes(text), type, into);
        return System.Text.Encoding.UTF8.GetString(into.Written);
    }
}
