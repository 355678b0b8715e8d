using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Dms;

/// <summary>Records of a DMS endpoint for tests.</summary>
internal static class DmsRecord
{
    public const string Commit = ",\"commit-timestamp\":\"2025-06-15T10:00:00.123456Z\"";

    public const string Details = Commit + ",\"transaction-id\":1141,\"transaction-record-id\":3,\"stream-position\":\"00000002/7C0073F8.2\"";

    /// <summary>What configuration says of the source: table <c>s.t</c> with this key.</summary>
    public static DecodeSettings Settings(
        ReplicaIdentity identity = ReplicaIdentity.Auto, bool nulls = false, string[]? key = null, string? member = null, string prefix = "BI_",
        string suffix = "") => new()
    {
        Sources =
        [
            new SourceSettings
            {
                Name = "shop",
                ReplicaIdentity = identity,
                IncludeNullAndEmpty = nulls,
                BeforeImageMember = member ?? "before-image",
                BeforeImagePrefix = prefix,
                BeforeImageSuffix = suffix,
                Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { Key = key ?? ["id"] } },
            },
        ],
    };

    /// <summary>A data record of table <c>s.t</c>.</summary>
    public static RawRecord Data(string operation, string data, string before = "", string more = "") =>
        Value($"{{\"data\":{data}{before},\"metadata\":{Metadata(operation, more)}}}");

    /// <summary>The metadata of a data record of table <c>s.t</c>.</summary>
    public static string Metadata(string operation, string more = "") =>
        $"{{\"timestamp\":\"2025-06-15T10:00:01.5Z\",\"record-type\":\"data\",\"operation\":\"{operation}\","
        + $"\"partition-key-type\":\"schema-table\",\"schema-name\":\"s\",\"table-name\":\"t\"{more}}}";

    /// <summary>A record of this value; its key is what DMS writes by default.</summary>
    public static RawRecord Value(string value) => new()
    {
        Topic = "kafka-default-topic",
        Partition = 3,
        Offset = 42,
        TimestampMilliseconds = 1_750_000_000_000,
        Key = Encoding.UTF8.GetBytes("s.t"),
        Value = Encoding.UTF8.GetBytes(value),
        Headers = [],
    };

    /// <summary>The one change of a record.</summary>
    public static RowChange Change(in RawRecord record, DecodeSettings? settings = null)
    {
        var result = Decode(record, settings);
        result.Rejection.ShouldBeNull();
        result.Skip.ShouldBe(SkipReason.None);
        return result.Changes.ShouldHaveSingleItem();
    }

    public static DecodeResult Decode(in RawRecord record, DecodeSettings? settings = null) =>
        new Core.Decode.Decoder(settings ?? Settings()).Decode(record);

    public static Rejection Rejection(string value) => Decode(Value(value)).Rejection.ShouldNotBeNull();

    /// <summary>What is proven to have changed: <c>all a b</c>, <c>atleast a</c>, <c>unknown</c>.</summary>
    public static string Changed(RowChange change)
    {
        var diff = new Differ().Compare(change);
        var text = new StringBuilder(diff.Knowledge.ToString().ToLowerInvariant());
        for (var column = 0; column < diff.Differences.Length; column++)
        {
            if (diff.Differences[column] == FieldDifference.Changed)
                text.Append(' ').Append(change.After.Layout.Names[column]);
        }

        return text.ToString();
    }
}
