using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Canal;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using AuditStream.Core.Tests.Decode.Maxwell;
using AuditStream.Core.Tests.Decode.Triggers;
using AuditStream.Core.Tests.Decode.Wal2Json;

namespace AuditStream.Core.Tests.Properties;

/// <summary>An update of a row as each dialect writes it where its source sends all that it can.</summary>
internal static class WrittenRows
{
    /// <summary>What every dialect is told of its source: whole rows come.</summary>
    public static SourceSettings Source { get; } = new() { Name = "shop", Schema = "s", ReplicaIdentity = ReplicaIdentity.Full, IncludeNullAndEmpty = true };

    /// <summary>The dialects that can bring any JSON value.</summary>
    public static IEnumerable<(string Dialect, RawRecord Record)> OfDocuments(MadeRows rows)
    {
        var (before, after) = (rows.Row(rows.Before), rows.Row(rows.After));
        yield return ("debezium", Given.Record(Given.Envelope("u", before, after)));
        yield return ("mongodb", Given.Record(Given.Envelope(
            "u", MadeJson.Quote(before, rows.Style), MadeJson.Quote(after),
            "{\"connector\":\"mongodb\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"collection\":\"t\",\"ord\":2}")));
        yield return ("supabase", Given.Record($"{{\"type\":\"UPDATE\",\"schema\":\"s\",\"table\":\"t\",\"record\":{after},\"old_record\":{before}}}"));
        yield return ("hasura", Given.Record(
            $"{{\"event\":{{\"op\":\"UPDATE\",\"data\":{{\"old\":{before},\"new\":{after}}}}},\"id\":\"x\",\"table\":{{\"schema\":\"s\",\"name\":\"t\"}},"
            + "\"trigger\":{\"name\":\"x\"},\"created_at\":\"2025-06-15T10:00:00Z\"}"));
    }

    /// <summary>The dialects that can bring any value without parts.</summary>
    public static IEnumerable<(string Dialect, RawRecord Record)> OfScalars(MadeRows rows)
    {
        var (before, after, old) = (rows.Row(rows.Before), rows.Row(rows.After), Old(rows));
        var isWritten = rows.Before.Zip(rows.After).Any(pair => pair.First.ToString() != pair.Second.ToString());
        yield return ("dms", DmsRecord.Data("update", after, $",\"before-image\":{before}", DmsRecord.Details));
        yield return ("maxwell", Given.Record(MaxwellRecord.Row("update", after, isWritten ? $",\"old\":{old}" : "", key: "")));
        yield return ("wal2json 2", Given.Record(Wal2JsonRecord.Action("U", Objects(rows, rows.After), Objects(rows, rows.Before), rest: "")));
        yield return ("wal2json 1", Given.Record(Wal2JsonRecord.Transaction(
            "\"xid\":7,\"nextlsn\":\"0/1\",",
            $"{{\"kind\":\"update\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":{Names(rows)},\"columnvalues\":{Values(rows.After)},"
                + $"\"oldkeys\":{{\"keynames\":{Names(rows)},\"keyvalues\":{Values(rows.Before)}}}}}")));
        yield return ("goldengate", Given.Record(
            $"{{\"table\":\"OGG.T\",\"op_type\":\"U\",\"op_ts\":\"2020-05-13 17:32:10.904000\",\"pos\":\"1\",\"before\":{before},\"after\":{after}}}"));
        yield return ("sequin", Given.Record(Sequin.Record("update", after, old)));
        yield return ("dynamodb", Given.Record(Decode.DynamoDb.Item.Streamed("MODIFY", Attributes(rows, rows.Before), Attributes(rows, rows.After))));
    }

    /// <summary>The dialect that brings texts only, and says nothing of a row of which nothing changed.</summary>
    public static IEnumerable<(string Dialect, RawRecord Record)> OfTexts(MadeRows rows)
    {
        if (rows.Changed.Length > 0)
            yield return ("canal", Given.Record(CanalRecord.Message("UPDATE", $"[{rows.Row(rows.After)}]", $"[{Old(rows)}]", rest: "", key: "null")));
    }

    /// <summary>The old values of the columns that were written in another way.</summary>
    private static string Old(MadeRows rows)
    {
        int[] changed = [.. Enumerable.Range(0, rows.Names.Length).Where(column => rows.Before[column].ToString() != rows.After[column].ToString())];
        return new MadeJson('{', "", [.. changed.Select(column => rows.Before[column])], [.. changed.Select(column => rows.Names[column])]).Written(rows.Style);
    }

    private static string Objects(MadeRows rows, MadeJson[] values) =>
        $"[{string.Join(',', rows.Names.Zip(values, (name, value) => $"{{\"name\":{MadeJson.Quote(name, rows.Style)},\"value\":{value.Written(rows.Style)}}}"))}]";

    private static string Names(MadeRows rows) => $"[{string.Join(',', rows.Names.Select(name => MadeJson.Quote(name, rows.Style)))}]";

    private static string Values(MadeJson[] values) => $"[{string.Join(',', values.Select(value => value.ToString()))}]";

    private static string Attributes(MadeRows rows, MadeJson[] values)
    {
        var written = new StringBuilder("{\"Id\":{\"N\":\"101\"}");
        for (var column = 0; column < values.Length; column++)
            written.Append(',').Append(MadeJson.Quote(rows.Names[column], rows.Style)).Append(':').Append(Attribute(values[column], rows.Style));
        return written.Append('}').ToString();
    }

    private static string Attribute(MadeJson value, int style) => value.Kind switch
    {
        'n' => "{\"NULL\":true}",
        'b' => $"{{\"BOOL\":{value.Text}}}",
        '#' => $"{{\"N\":\"{value.Text}\"}}",
        _ => $"{{\"S\":{value.Written(style)}}}",
    };
}
