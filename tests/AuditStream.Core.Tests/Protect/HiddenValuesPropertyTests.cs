using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Properties;
using AuditStream.Core.Tests.Types;

namespace AuditStream.Core.Tests.Protect;

/// <summary>Values that a policy hides stand nowhere in what leaves: not in the event, its key or a header, through no dialect.</summary>
public sealed class HiddenValuesPropertyTests
{
    private const string DeleteHalf = "debezium, delete half";

    private static readonly SourceSettings keyed = WrittenRows.Source with { Key = ["id"] };

    [Fact]
    public void What_is_hidden_stands_nowhere_and_what_is_kept_is_there()
    {
        var hidden = 0;
        var shown = 0;
        Forall.Of(MadeSecrets.All, MadeSecrets.Shrink, count: 150, secrets =>
        {
            var normalizer = MadeEvent.Normalizer(keyed, secrets.Rules);
            foreach (var (dialect, record) in RecordsOf(secrets.Rows))
            {
                var everything = MadeEvent.Of(normalizer, record).Everything;
                var name = $"{dialect}: {Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span)}\n{everything}";
                foreach (var needle in secrets.Hidden)
                    everything.Contains(needle, StringComparison.Ordinal).ShouldBeFalse($"{needle} in {name}");
                foreach (var needle in dialect == DeleteHalf ? [] : secrets.Shown)
                    everything.Contains(needle, StringComparison.Ordinal).ShouldBeTrue($"{needle} in {name}");
            }

            hidden += secrets.Hidden.Any() ? 1 : 0;
            shown += secrets.Shown.Any() ? 1 : 0;
        });
        hidden.ShouldBeGreaterThan(50);
        shown.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Bytes_and_decimals_are_hidden_in_either_form()
    {
        var fields = string.Join(',', ConnectType.Decimal(2).Json("sum"), ConnectType.Binary.Json("raw"), ConnectType.Of("string", "io.debezium.data.Json").Json("doc"));
        // 7341918265.00 unscaled, and the bytes of a text.
        var row = """{"sum":"AKrxPjZE","raw":"NzM0MTkxODI2NQ==","doc":"{\"734191826500\":[734191826501]}"}""";
        var record = Given.Record(Given.WithSchema(fields, Given.Envelope("d", row)));
        var plain = MadeEvent.Of(MadeEvent.Normalizer(keyed), record).Everything;
        var guarded = MadeEvent.Of(
            MadeEvent.Normalizer(keyed, new Core.Protect.ProtectRule { Table = "*", Column = "*", Action = Core.Protect.FieldAction.Mask }), record).Everything;
        foreach (var needle in new[] { "7341918265.00", "NzM0MTkxODI2NQ==", "734191826501" })
        {
            plain.Contains(needle, StringComparison.Ordinal).ShouldBeTrue(needle);
            guarded.Contains(needle, StringComparison.Ordinal).ShouldBeFalse(needle);
        }
    }

    private static IEnumerable<(string Dialect, RawRecord Record)> RecordsOf(MadeRows rows)
    {
        var (before, after, id) = (rows.Row(rows.Before), rows.Row(rows.After), rows.Before[0].Text);
        var key = $"{{\"id\":{id}}}";
        var source = Given.Source("mysql", more: $",\"query\":\"UPDATE t SET a = {id} -- {rows.Before[^1].Text.Replace("\"", "", StringComparison.Ordinal).Replace("\u001f", "", StringComparison.Ordinal)}\"");
        yield return ("debezium", Given.Record(Given.Envelope("u", before, after, source), key));
        yield return ("debezium, insert half", Given.Record(Given.Envelope("c", after: after, source: source), key, ("__debezium.oldkey", key)));
        yield return (DeleteHalf, Given.Record(Given.Envelope("d", before, source: source), key, ("__debezium.newkey", "{\"id\":734191826501}")));
        yield return ("unwrapped", Given.Record(
            $"{after[..^1]},\"__op\":\"u\",\"__table\":\"t\",\"__lsn\":5,\"__source_ts_ms\":5}}", key));
        foreach (var one in WrittenRows.OfDocuments(rows).Concat(WrittenRows.OfScalars(rows)))
            yield return (one.Dialect, one.Dialect is "maxwell" ? one.Record with { Key = Encoding.UTF8.GetBytes($"{{\"database\":\"d\",\"table\":\"t\",\"pk.id\":{id}}}") } : one.Record);
        var texts = rows with { Before = [.. rows.Before.Select(Text)], After = [.. rows.After.Select(Text)] };
        foreach (var one in WrittenRows.OfTexts(texts))
            yield return one;
    }

    private static MadeJson Text(MadeJson value) => MadeJson.String(value.Text);
}
