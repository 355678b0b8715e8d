using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Messages from public documentation and captures, each with what it means.</summary>
public sealed partial class PublishedMessagesTests
{
    [CapturedMessagesFact]
    public void Control_records_mean_what_is_published() => Check("debezium-control", count: 5);

    [CapturedMessagesFact]
    public void Records_of_MongoDB_mean_what_is_published() => Check("debezium-mongodb", count: 1);

    [CapturedMessagesFact]
    public void Records_of_MySQL_mean_what_is_published() => Check("debezium-mysql", count: 4);

    [CapturedMessagesFact]
    public void Records_of_Oracle_mean_what_is_published() => Check("debezium-oracle", count: 1);

    [CapturedMessagesFact]
    public void Records_of_PostgreSQL_mean_what_is_published() => Check("debezium-postgres", count: 3);

    [CapturedMessagesFact]
    public void Records_of_SQL_Server_mean_what_is_published() => Check("debezium-sqlserver", count: 1);

    private static void Check(string folder, int count)
    {
        var path = Path.Combine(CapturedMessages.Folder ?? "", "published", folder);
        var samples = Sample().Matches(File.ReadAllText(Path.Combine(path, "expected.md")));
        samples.Count.ShouldBe(count);
        foreach (Match sample in samples)
        {
            var file = sample.Groups["file"].Value;
            var expected = CapturedMessages.JsonElementOf(sample.Groups["json"].Value);
            Check(file, CapturedMessages.JsonElementOf(File.ReadAllText(Path.Combine(path, file))), expected);
        }
    }

    private static void Check(string file, JsonElement sample, JsonElement expected)
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        var result = decoder.Decode(RecordOf(sample));
        result.Rejection.ShouldBeNull(file);
        var kind = expected.GetProperty("class").GetString() ?? "";
        if (result.Skip != SkipReason.None)
        {
            result.Skip.ToString().ShouldStartWith(kind, Case.Insensitive, file);
            return;
        }

        var change = result.Changes.ShouldHaveSingleItem();
        var operation = expected.TryGetProperty("operation", out var op) ? op.GetString() : kind == "schema-change" ? "schema" : kind;
        change.Facts.Operation.ToString().ToLowerInvariant().ShouldBe(operation, file);
        foreach (var property in expected.EnumerateObject())
            Check(file, property.Name, property.Value, change);
        if (expected.TryGetProperty("changed", out var changed))
            ChangedBy(change).ShouldBe(changed.ValueKind == JsonValueKind.Null ? "null" : string.Join(',', Names(changed)), file);
    }

    private static void Check(string file, string name, JsonElement wanted, RowChange change)
    {
        var facts = change.Facts;
        var shown = name switch
        {
            "database" => facts.Table.Database,
            "schema" => facts.Table.Schema,
            "table" => facts.Table.Table,
            "transaction_id" => Text(facts.TransactionId),
            "position" => Text(facts.Position),
            "transaction_order" => facts.TransactionOrder.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "before_is" => Extent(change.Before),
            "after_is" => Extent(change.After),
            "previous_primary_key" => KeyText(change, change.PreviousKey),
            "moved_to_primary_key" => KeyText(change, change.NextKey),
            "event_time" => DateTimeOffset.UnixEpoch.AddMicroseconds(facts.OccurredAtMicroseconds)
                .ToString("yyyy-MM-ddTHH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        };
        switch (name)
        {
            case "event_time":
                shown.ShouldBe((wanted.GetString() ?? "").TrimEnd('Z').PadRight(26, '0'), file);
                break;
            case "previous_primary_key" or "moved_to_primary_key":
                var pairs = wanted.EnumerateObject().Select(pair => $"{pair.Name}={pair.Value}").Order(StringComparer.Ordinal);
                shown.ShouldBe(string.Join(',', pairs), file);
                break;
            case "database" or "schema" or "table" or "transaction_id" or "position" or "transaction_order" or "before_is" or "after_is":
                shown.ShouldBe(wanted.ValueKind == JsonValueKind.Null ? null : wanted.ToString(), $"{file} {name}");
                break;
            case "unavailable":
                change.After.Layout.Names.Where((_, column) => change.After.Values[column].Kind == ValueKind.Unavailable)
                    .ShouldBe(Names(wanted), ignoreOrder: true, file);
                break;
        }
    }

    private static string ChangedBy(RowChange change)
    {
        var diff = new Differ().Compare(change);
        var names = new List<string>();
        for (var column = 0; column < diff.Differences.Length; column++)
        {
            if (diff.Differences[column] == FieldDifference.Changed)
                names.Add(change.After.Layout.Names[column]);
        }

        return diff.Knowledge == ChangedKnowledge.Unknown ? "null" : string.Join(',', names);
    }

    private static RawRecord RecordOf(JsonElement sample)
    {
        (string, string)[] headers = sample.TryGetProperty("headers", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(header => (header.GetProperty("key").ToString(), header.GetProperty("value").ToString()))]
            : [];
        return Given.Record(TextOf(sample.GetProperty("value")), TextOf(sample.GetProperty("key")), headers);
    }

    private static string? TextOf(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetRawText();

    private static string[] Names(JsonElement list) =>
        [.. list.EnumerateArray().Select(name => name.GetString() ?? "").Order(StringComparer.Ordinal)];

    private static string? Text(ReadOnlyMemory<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text.Span);

    // The published wording knows full and partial only.
    private static string? Extent(RowImage image) => image.Extent switch
    {
        ImageExtent.None => null,
        ImageExtent.Full => "full",
        _ => "partial",
    };

    private static string KeyText(RowChange change, RowImage key)
    {
        var values = key.Values.ToArray();
        return string.Join(',', key.Layout.Names.Select(
            (name, column) => $"{name}={CapturedMessages.JsonElementOf(Encoding.UTF8.GetString(change.TextOf(values[column])))}"));
    }

    [GeneratedRegex(@"### (?<file>\S+)\s+```json\s(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
