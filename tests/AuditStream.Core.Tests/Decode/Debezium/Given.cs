using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

/// <summary>Records for tests, and what the decoder makes of them as text.</summary>
internal static class Given
{
    public const long RecordTimestamp = 1_700_000_000_000;

    public static DecodeSettings Settings(
        ReplicaIdentity identity = ReplicaIdentity.Auto, string? placeholder = null, string[]? key = null, string[]? bookkeeping = null) => new()
    {
        Sources =
        [
            new SourceSettings
            {
                ReplicaIdentity = identity,
                UnavailablePlaceholder = placeholder ?? "__debezium_unavailable_value",
                SkippedTables = bookkeeping ?? Core.Decode.BookkeepingTables.Patterns,
                Tables = key is null ? [] : new Dictionary<string, TableSettings> { ["s.t"] = new() { Key = key } },
            },
        ],
    };

    public static RawRecord Record(string? value, string? key = null, params (string Name, string Value)[] headers) => new()
    {
        Topic = "p.s.t",
        Partition = 3,
        Offset = 42,
        TimestampMilliseconds = RecordTimestamp,
        Key = key is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(key),
        Value = value is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(value),
        Headers = [.. headers.Select(header => new RecordHeader(header.Name, Encoding.UTF8.GetBytes(header.Value)))],
    };

    /// <summary>A PostgreSQL envelope. What is not given is left out, but for the transaction.</summary>
    public static string Envelope(
        string op, string? before = null, string? after = null, string? source = null, string transaction = "null", string rest = "") =>
        $"{{\"before\":{before ?? "null"},\"after\":{after ?? "null"},\"source\":{source ?? Source()},\"transaction\":{transaction},"
        + $"\"op\":\"{op}\",\"ts_ms\":1700000000777{rest}}}";

    public static string Source(
        string connector = "postgresql", string snapshot = "false", string lsn = "1234", string time = "\"ts_ms\":1700000000001", string more = "") =>
        $"{{\"version\":\"3.5.0.Final\",\"connector\":\"{connector}\",\"name\":\"p\",{time},\"snapshot\":\"{snapshot}\",\"db\":\"d\","
        + $"\"schema\":\"s\",\"table\":\"t\",\"txId\":77,\"lsn\":{lsn}{more}}}";

    /// <summary>An envelope with its Connect schema: the fields are those of the row.</summary>
    public static string WithSchema(string fields, string envelope)
    {
        var row = $"\"type\":\"struct\",\"optional\":true,\"fields\":[{fields}]";
        return $"{{\"schema\":{{\"type\":\"struct\",\"optional\":false,\"fields\":[{{{row},\"field\":\"before\"}},{{{row},\"field\":\"after\"}}]}},"
            + $"\"payload\":{envelope}}}";
    }

    public static DecodeResult Decode(in RawRecord record, DecodeSettings? settings = null) =>
        new Core.Decode.Decoder(settings ?? new DecodeSettings()).Decode(record);

    public static RowChange Change(in RawRecord record, DecodeSettings? settings = null)
    {
        var result = Decode(record, settings);
        result.Rejection.ShouldBeNull();
        result.Skip.ShouldBe(SkipReason.None);
        return result.Changes.ShouldHaveSingleItem();
    }

    public static Rejection Rejection(in RawRecord record, DecodeSettings? settings = null) =>
        Decode(record, settings).Rejection.ShouldNotBeNull();

    /// <summary>One line per image: <c>full a=1 b=null c=unavailable</c>; absent columns are left out.</summary>
    public static string Show(RowChange change, RowImage image)
    {
        var text = new StringBuilder(image.Extent.ToString().ToLowerInvariant());
        for (var column = 0; column < image.Layout.Count; column++)
        {
            var value = image.Values[column];
            if (value.Kind == ValueKind.Absent)
                continue;
            text.Append(' ').Append(image.Layout.Names[column]).Append('=');
            text.Append(value.Kind == ValueKind.Unavailable ? "unavailable" : Encoding.UTF8.GetString(change.TextOf(value)));
            if (value.Traits != ValueTraits.None)
                text.Append('!').Append(value.Traits.ToString().ToLowerInvariant());
        }

        return text.ToString();
    }

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>The after-image of an insert of one column <c>v</c> with a schema.</summary>
    public static string Typed(string field, string value) =>
        ShowAfter(WithSchema($"{{{field},\"field\":\"v\"}}", Envelope("c", after: $"{{\"v\":{value}}}")));

    /// <summary>The after-image of an insert of one column <c>v</c> without a schema.</summary>
    public static string Untyped(string value) => ShowAfter(Envelope("c", after: $"{{\"v\":{value}}}"));

    private static string ShowAfter(string record)
    {
        var change = Change(Record(record));
        var shown = Show(change, change.After);
        shown.ShouldStartWith("full v=");
        return shown["full v=".Length..];
    }
}
