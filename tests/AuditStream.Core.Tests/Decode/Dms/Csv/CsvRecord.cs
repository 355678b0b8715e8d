using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Dms.Csv;

/// <summary>Lines of a DMS endpoint for S3 for tests.</summary>
internal static class CsvRecord
{
    /// <summary>What configuration says of the source: table <c>s.t</c> with these columns, its key <c>id</c>.</summary>
    public static DecodeSettings Settings(
        string? columns = "id,a,b", CsvSettings? lines = null, ReplicaIdentity identity = ReplicaIdentity.Auto, string topics = "(?<schema>.*)[.](?<table>.*)") =>
        new()
        {
            Sources =
            [
                new SourceSettings
                {
                    TopicPattern = topics,
                    Name = "lake",
                    Dialect = SourceDialect.DmsCsv,
                    ReplicaIdentity = identity,
                    DmsCsv = lines ?? new CsvSettings(),
                    Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { Key = ["id"], Columns = columns?.Split(',') } },
                },
            ],
        };

    /// <summary>A record of topic <c>s.t</c> with these lines.</summary>
    public static RawRecord Lines(string lines) => Given.Record(lines) with { Topic = "s.t" };

    /// <summary>The one change of a value.</summary>
    public static RowChange Change(string lines, DecodeSettings? settings = null) => Given.Change(Lines(lines), settings ?? Settings());

    /// <summary>Everything of a value's changes that tells them apart, a text each: operation, before, after.</summary>
    public static string[] Show(string lines, DecodeSettings? settings = null)
    {
        var result = Given.Decode(Lines(lines), settings ?? Settings());
        result.Rejection.ShouldBeNull();
        return [.. result.Changes.Select(change =>
            $"{change.Facts.Operation.ToString().ToLowerInvariant()} | {Given.Show(change, change.Before)} | {Given.Show(change, change.After)}")];
    }

    /// <summary>Why a value is refused, and what stands at its place.</summary>
    public static (RejectionCode Code, string At) Refused(string lines, DecodeSettings? settings = null)
    {
        var rejection = Given.Rejection(Lines(lines), settings ?? Settings());
        return (rejection.Code, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(lines).AsSpan((int)rejection.ByteOffset)));
    }
}
