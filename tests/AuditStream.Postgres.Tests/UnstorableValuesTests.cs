using System.Text;
using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

/// <summary>Values that PostgreSQL cannot hold, or only just: each is stored exactly, or is a dead letter with all of its bytes.</summary>
[Collection(PostgresServer.Collection)]
public sealed class UnstorableValuesTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int nextBlock;

    private readonly int _first = Interlocked.Add(ref nextBlock, 100_000);

    [PostgresFact]
    public async Task A_body_that_json_cannot_hold_is_a_dead_letter_with_its_bytes_and_the_others_are_stored()
    {
        (byte[] Body, string Reason)[] cases =
        [
            ([.. "{\"a\":\""u8, 0, .. "\"}"u8], "store-data"), // U+0000 itself, no escape
            ([.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], "store-data"), // half a surrogate pair in UTF-8
            ([.. "{\"a\":\""u8, 0xF5, 0x80, 0x80, 0x80, .. "\"}"u8], "store-data"), // behind the last code point
            ([.. "{\"a\":\""u8, 0xC0, 0xAF, .. "\"}"u8], "store-data"), // longer than it must be
            ("{\"a\":01}"u8.ToArray(), "store-data"),
            ("{\"a\":\"\\u00\"}"u8.ToArray(), "store-data"),
            ([], "store-data"),
            ([.. Enumerable.Repeat((byte)'[', 200_000), .. Enumerable.Repeat((byte)']', 200_000)], "store-limit"), // deeper than the server's stack
        ];
        var strange = cases.Select((entry, index) => Rows.Row(_first + index) with { Body = entry.Body });
        AuditRow[] rows = [.. strange, Rows.Row(_first + 50), Rows.Row(_first + 51)];
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(2, 0, 0, cases.Length, cases.Length));
        foreach (var ((body, reason), index) in cases.Select((entry, index) => (entry, index)))
        {
            var letter = $"FROM audit.dead_letter WHERE stage = 'store' AND topic_offset = {_first + index}";
            (await database.AskAsync<string>($"SELECT reason {letter}")).ShouldBe(reason, $"case {index}");
            (await database.AskAsync<byte[]>($"SELECT record_value {letter}")).ShouldBe(body, $"case {index}");
        }
    }

    [PostgresFact]
    public async Task What_is_strange_and_can_be_held_is_held_exactly()
    {
        string[] bodies =
        [
            """{"a":-0.0,"b":1e131071,"c":1E-16383,"d":0.1000,"e":-1e400}""", """{"a":1,"a":2,"a":{"a":null,"a":[]}}""",
            """{"a":"\u0000","b":"\ud800","c":"\udc00\ud800","\u0000":"x"}""", """ {"a" : [ 1 , 2 ] , "b":{} } """, """{"a":"\/\b\f\n\r\t\"\\ é😀"}""",
            "\"" + new string('é', 1_000_000) + "\"", new string('[', 1_200) + new string(']', 1_200), "null", "0",
        ];
        AuditRow[] rows = [.. bodies.Select((body, index) => Rows.Row(_first + index, body: body))];
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(rows.Length, 0, 0, 0, 0));
        foreach (var row in rows)
        {
            (await database.AskAsync<byte[]>($"SELECT convert_to(body::text, 'UTF8') FROM audit.event WHERE stream_offset = {row.StreamOffset}"))
                .ShouldBe(row.Body.ToArray());
        }
    }

    [PostgresFact]
    public async Task Long_texts_are_held_where_no_index_holds_them_whole()
    {
        // Random, because an index entry is compressed before it is found too long.
        var random = new Random(11);
        var text = new string([.. Enumerable.Range(0, 300_000).Select(_ => (char)random.Next(0x4E00, 0x9FFF))]);
        var names = Enumerable.Range(0, 20_000).Select(number => $"column\0{number}\uD800").ToArray();
        var row = Rows.Row(_first) with { Actor = text, TransactionId = text, SourcePosition = text, Key = $"\"{text}\"", Changed = names };
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(row, Rows.Row(_first + 1) with { Table = text }), None)).ShouldBe(new StoreResult(1, 0, 0, 1, 1));
        (await database.AskAsync<string>("SELECT concat_ws(' ', actor = transaction_id, actor = source_position, length(actor), length(key), cardinality(changed), changed[20000]) "
            + $"FROM audit.event WHERE stream_offset = {_first}")).ShouldBe(@"t t 300000 300002 20000 column\u000019999\ud800");
        (await database.AskAsync<byte[]>($"SELECT convert_to(actor, 'UTF8') FROM audit.event WHERE stream_offset = {_first}")).ShouldBe(Encoding.UTF8.GetBytes(text));
        // A table's name is in an index.
        (await database.AskAsync<string>($"SELECT reason FROM audit.dead_letter WHERE stage = 'store' AND topic_offset = {_first + 1}")).ShouldBe("store-limit");
    }
}
