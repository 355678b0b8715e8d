using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditStream.App.Tests.Golden;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.App.Tests.Store;

/// <summary>What is on the final topic is what is stored, to the byte: for every record of the golden corpus, for every value of docs/TYPES.md, and for
/// values that one would not think of.</summary>
public sealed partial class StoredBodiesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int BatchRows = 500;

    /// <summary>JSON as a source may write it, each the value of a column.</summary>
    private static readonly string[] hostile =
    [
        "-0.0", "-0", "0e0", "1e131071", "1E+131071", "-1e-131071", "1.0000000000000000000000000000000000000000000000001", "0.1000", "1e5", "100000e0",
        "9223372036854775808", "123456789012345678901234567890123456789012345678901234567890", "1.7976931348623157e309", "5e-325",
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"😀\"", "\"\\u2028\\u2029\"",
        "\"\u2028\u2029\"", "\"\\ufeff\\uffff\\ufffe\"", "\"\ufeff\uffff\"", "\"\\u001f\\u007f\\u0080\"", "\"\\b\\f\\n\\r\\t\\/\\\\\\\"\"", "\"é\"", "\"e\\u0301\"",
        "\"NaN\"", "\"-Infinity\"", "\"null\"", "null", "true", "false", "[]", "{}", "[[[[[[[[]]]]]]]]", "[null,{},[{}],\"\\u0000\"]",
        "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{\"b\":1,\"a\":2}", "{\"\":{\"\":\"\"}}", "{\"\\u0000\":1}", "{\"\\ud800\":1}", "{\"$bytes\":\"AA==\"}",
        "{ \"z\" : [ 1 , 2.50 , { } ] }", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "\"\\u003cscript\\u003e\"", "1.10", "[1.10,1e2,-0.0]",
    ];

    /// <summary>Names as a source may have them: of columns, keys, tables, transactions and actors.</summary>
    private static readonly string[] names = ["\\u0000", "a\\u0000b", "\\ud800", "\\\"", "\\\\", "", " ", "😀", "é", "\\u2028", "x.y", "$bytes"];

    [PostgresFact]
    public async Task The_bytes_of_the_table_are_those_of_the_topic_for_every_value()
    {
        var corpus = new CorpusRows();
        TakeTraps(corpus);
        var values = Values();
        values.Count.ShouldBeGreaterThan(300);
        var before = corpus.Events.Count;
        corpus.Take([], schemas: null, values.Concat(hostile).Select((value, number) => Record(number, $"\"v\":{value}")));
        corpus.Events.Count.ShouldBe(before + values.Count + hostile.Length, "a value was refused");
        // Where a name is a key's, half a surrogate pair makes the record a dead letter: there is no event then.
        corpus.Take([], schemas: null, names.Select((name, number) => Record(number, $"\"{name}\":1")).Concat(names.Select((name, number) => Record(number, "\"v\":1", name))));
        corpus.Events.Count.ShouldBeGreaterThan(before + values.Count + hostile.Length + names.Length);
        var topic = string.Concat(corpus.Events.Select(entry => Encoding.UTF8.GetString(entry.Value)));
        foreach (var mark in (string[])["-0.0", "1e131071", "\\u0000", "\"encoded\":[\"v\"]", "{\"$bytes\":\"eyJhIjoxLCJhIjoyfQ==\"}", "😀"])
            topic.ShouldContain(mark, Case.Sensitive, "the corpus has lost a value that it is for");

        var database = await StoreAsync([.. corpus.Events.Select(entry => entry.Row)]);
        var stored = await BodiesAsync(database);
        stored.Count.ShouldBe(corpus.Events.Select(entry => (entry.Row.EventId, entry.Row.OccurredAtMilliseconds)).Distinct().Count());
        foreach (var (offset, body) in stored)
            body.SequenceEqual(corpus.Events[(int)offset].Value).ShouldBeTrue($"{Encoding.UTF8.GetString(corpus.Events[(int)offset].Value)}\n{Encoding.UTF8.GetString(body)}");
        (await PostgresFixture.ScalarAsync(database, "SELECT count(*) FROM audit.dead_letter")).ShouldBe(0L);
    }

    private static void TakeTraps(CorpusRows corpus)
    {
        var folder = Path.Combine(RepositoryFolder.Root, "tests", "AuditStream.App.Tests", "Golden", "traps");
        foreach (var one in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).SelectMany(TrapCase.Read))
            corpus.Take(one.Settings, one, one.Records);
        corpus.Events.Count.ShouldBeGreaterThan(300);
    }

    // Everything in the page's tables that is JSON: as it was written, and as it stands in the event.
    private static List<string> Values() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "TYPES.md")).Where(line => line.StartsWith('|'))
            .SelectMany(line => Cell().Matches(line).Select(match => match.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal).Where(IsJson),
    ];

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false; // a name of a type, or of a setting
        }
    }

    private static byte[] Record(int number, string column, string name = "orders") => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
        {"topic":"shop.public.orders","timestamp":1749981600200,"key":{"id":{{{number}}},"{{{name}}}":"{{{name}}}"},"value":{"before":null,
        "after":{"id":{{{number}}},{{{column}}}},"source":{"version":"3.5.0.Final","connector":"postgresql","name":"shop","ts_ms":1749981600123,"snapshot":"false",
        "db":"shopdb","schema":"public","table":"{{{name}}}","txId":771,"lsn":{{{26_000_000 + number}}},"xmin":null},
        "transaction":{"id":"{{{name}}}","total_order":1,"data_collection_order":1},"op":"c","ts_ms":1749981600150}}
        """));

    private async Task<string> StoreAsync(List<AuditRow> rows)
    {
        var options = new PostgresOptions { ConnectionString = await postgres.NewDatabaseAsync() };
        await using (var migrator = new Migrator(options, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(CancellationToken.None);
        // Some records are of years that are far off.
        _ = await PostgresFixture.ScalarAsync(options.ConnectionString, "UPDATE audit.setting SET value = CASE name WHEN 'partition_unit' THEN 'year' "
            + "WHEN 'partition_back' THEN '2100 years' WHEN 'partition_ahead' THEN '8100 years' ELSE value END");
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await using var store = new PostgresAuditStore(
            options, "audit.events", services.GetRequiredService<StoreMetrics>(), TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
        foreach (var chunk in rows.Chunk(BatchRows))
        {
            var batch = new StoreBatch();
            batch.Events.AddRange(chunk);
            (await store.WriteAsync(batch, CancellationToken.None)).Refused.ShouldBe(0);
        }
        return options.ConnectionString;
    }

    private static async Task<List<(long Offset, byte[] Body)>> BodiesAsync(string database)
    {
        var bodies = new List<(long, byte[])>();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT stream_offset, convert_to(body::text, 'UTF8') FROM audit.event", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            bodies.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return bodies;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Cell();
}
