using System.Globalization;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode;

public sealed class CapturedMessagesTests
{
    /// <summary>The triggers that wrote the truth saw the signal and heartbeat tables, too.</summary>
    private static readonly DecodeSettings EveryTable = new() { Sources = [new SourceSettings { SkippedTables = [] }] };

    [CapturedMessagesFact]
    public void Every_message_of_postgres_without_schema_is_a_change_or_a_skip() => Understand("pg-a-json", changes: 82, skips: 39);

    [CapturedMessagesFact]
    public void Every_message_of_postgres_with_schema_is_a_change_or_a_skip() => Understand("pg-b-json-schema", changes: 32, skips: 6);

    [CapturedMessagesFact]
    public void Every_message_of_mariadb_is_a_change_or_a_skip() => Understand("mariadb-a-json", changes: 71, skips: 24);

    [CapturedMessagesFact]
    public void Changes_of_postgres_without_schema_are_those_that_were_made() => AgreeWithTruth("pg-a-json", typed: false, tables: null);

    [CapturedMessagesFact]
    public void Changes_of_postgres_with_schema_are_those_that_were_made() =>
        AgreeWithTruth("pg-b-json-schema", typed: true, tables: ["accounts", "cards", "measures", "staging"]);

    [CapturedMessagesFact]
    public void Every_message_of_postgres_without_envelope_is_a_change_or_a_skip() => Understand("pg-d-unwrap", changes: 51, skips: 3);

    [CapturedMessagesFact]
    public void Changes_of_postgres_without_envelope_are_those_that_were_made_but_for_truncates() =>
        AgreeWithTruth("pg-d-unwrap", typed: false, tables: null, isFlat: true);

    private static void Understand(string capture, int changes, int skips)
    {
        var decoder = new Core.Decode.Decoder(EveryTable);
        var results = CapturedMessages.Read(capture).Select(record => decoder.Decode(record)).ToList();
        results.Where(result => result.Rejection is not null).Select(result => result.Rejection).ShouldBeEmpty();
        (results.Sum(result => result.Changes.Count), results.Count(result => result.Skip != SkipReason.None)).ShouldBe((changes, skips));
    }

    private static void AgreeWithTruth(string capture, bool typed, string[]? tables, bool isFlat = false)
    {
        var truth = TruthOfChange.Read().Where(change => tables is null || tables.Contains(change.Table))
            .Where(change => !isFlat || change.Operation != ChangeOperation.Truncate).ToList();
        var records = Streamed(capture);
        records.Count.ShouldBe(truth.Count);
        var decoder = new Core.Decode.Decoder(EveryTable);
        foreach (var table in truth.Select(change => change.Table).Distinct())
        {
            var expected = truth.Where(change => change.Table == table).ToList();
            var delivered = records.Where(entry => entry.Table == table).ToList();
            delivered.Count.ShouldBe(expected.Count, table);
            foreach (var (entry, wanted) in delivered.Zip(expected))
            {
                var change = decoder.Decode(entry.Record).Changes.ShouldHaveSingleItem();
                var name = $"{table} {entry.Position}";
                change.Facts.Operation.ShouldBe(wanted.Operation, name);
                Encoding.UTF8.GetString(change.Facts.TransactionId.Span).ShouldBe(isFlat ? "" : wanted.TransactionId, name);
                KeyOf(change).ShouldBe(KeyOf(wanted), name);
                wanted.Differences(change, typed).ShouldBe("", name);
            }
        }
    }

    /// <summary>The records of streamed row changes, by table in the order of the log.</summary>
    private static List<(RawRecord Record, string Table, long Position)> Streamed(string capture)
    {
        var decoder = new Core.Decode.Decoder(EveryTable);
        var records = new List<(RawRecord Record, string Table, long Position, ChangeOperation Operation)>();
        foreach (var record in CapturedMessages.Read(capture))
        {
            var result = decoder.Decode(record);
            if (result.Changes.Count == 1 && result.Changes[0].Facts is { Operation: <= ChangeOperation.Truncate } facts)
            {
                var position = long.Parse(Encoding.UTF8.GetString(facts.Position.Span), CultureInfo.InvariantCulture);
                records.Add((record, facts.Table.Table ?? "", position, facts.Operation));
            }
        }

        // The halves of a key change share a position: the delete comes first.
        return [.. records.OrderBy(entry => entry.Position).ThenByDescending(entry => entry.Operation)
            .Select(entry => (entry.Record, entry.Table, entry.Position))];
    }

    private static string KeyOf(RowChange change)
    {
        var values = change.Key.Values.ToArray();
        return string.Join(' ', change.Key.Layout.Names.Select((name, column) =>
            $"{name}={CapturedMessages.JsonElementOf(Encoding.UTF8.GetString(change.TextOf(values[column]))).GetString()}"));
    }

    private static string KeyOf(TruthOfChange change) => change.Key is null
        ? ""
        : string.Join(' ', change.Key.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
