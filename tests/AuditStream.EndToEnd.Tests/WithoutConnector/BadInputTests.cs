using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Strange records become events, broken ones become dead letters with their bytes and a reason of their own; what is around them arrives.</summary>
[Collection(RealStackCollection.Name)]
public sealed class BadInputTests(RealStack stack)
{
    private const int ManyColumns = 10_000;
    private const int Depth = 1_000;
    private const int FiveMegabytes = 5 * 1024 * 1024;

    private static readonly (string Reason, byte[] Value)[] Broken =
    [
        ("not-json", RandomBytes(seed: 4711)),
        ("truncated-json", ItemRecords.Insert(900_001)[..^40]),
        ("invalid-utf8", WithBrokenUtf8(ItemRecords.Insert(900_002, "\"@@\""))),
        ("unknown-shape", Encoding.UTF8.GetBytes("{\"hello\":\"world\",\"rows\":[1,2,3]}")),
        ("unknown-operation", Replace(ItemRecords.Insert(900_003), "\"op\":\"c\"", "\"op\":\"z\"")),
        ("malformed-json", Replace(ItemRecords.Insert(900_004), "\"after\":", "\"after\"::")),
        ("malformed-key", ItemRecords.Insert(900_005)),
    ];

    [RealKafkaAndPostgresFact]
    public async Task Broken_records_become_dead_letters_and_strange_ones_become_events()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_bad_input");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, "bad_input");
        await Items.CreateTopicAsync(stack.Kafka, "bad_input", partitions: 1);
        await pipeline.MigrateAsync();
        await using var process = pipeline.Start();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("bad_input"));

        producer.SendItems(10);
        foreach (var (reason, value) in Broken)
        {
            await producer.SendAsync(KeyOf(reason), value, ("origin", Encoding.UTF8.GetBytes(reason)));
            producer.SendItems(10);
        }
        foreach (var (key, value) in Strange())
        {
            await producer.SendAsync(key, value);
            producer.SendItems(10);
        }
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic("bad_input"));

        process.HasExited.ShouldBeFalse();
        (await store.ScalarAsync<long>("select count(distinct key) from audit.event where (body -> 'key' ->> 'id')::bigint < 700000")).ShouldBe(producer.Last);
        AssertDeadLetters(pipeline);
        await AssertStoredDeadLettersAsync(store);
        await AssertStrangeAsync(store);
        var consumed = await Pipeline.AssertLedgerAsync(process);
        consumed.ShouldBe(producer.Last + Broken.Length + Strange().Count());
        (await process.MetricsAsync()).Sum("auditstream_records_dead_lettered_total").ShouldBe(Broken.Length);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private static IEnumerable<(byte[]? Key, byte[] Value)> Strange()
    {
        yield return (ItemRecords.Key(700_001), ItemRecords.Insert(700_001, "\"nul \\u0000 inside\""));
        yield return (null, ItemRecords.Insert(700_002));
        yield return (ItemRecords.Key(700_003), ItemRecords.InsertOf(700_003,
            "{\"id\":700003," + string.Join(',', Enumerable.Range(0, ManyColumns).Select(n => string.Create(CultureInfo.InvariantCulture, $"\"column_{n}\":{n}"))) + "}"));
        yield return (ItemRecords.Key(700_004), ItemRecords.InsertWithSchema(700_004, DeepJson()));
        yield return (ItemRecords.Key(700_005), ItemRecords.Insert(700_005, "\"" + new string('x', FiveMegabytes) + "\""));
    }

    private static string DeepJson() => string.Concat(Enumerable.Repeat("{\"a\":[", Depth / 2)) + "1" + string.Concat(Enumerable.Repeat("]}", Depth / 2));

    private static void AssertDeadLetters(Pipeline pipeline)
    {
        var letters = TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.DeadLetterTopic).ToDictionary(record => record.Header("origin") ?? "?");
        foreach (var (reason, value) in Broken)
        {
            letters.ShouldContainKey(reason);
            var letter = letters[reason];
            letter.Value.ShouldBe(value, $"the bytes of {reason}");
            letter.Key.ShouldBe(KeyOf(reason));
            letter.Headers[0].Key.ShouldBe("origin");
            letter.Header("auditstream-reason").ShouldBe(reason);
            letter.Header("auditstream-topic").ShouldBe(Items.Topic("bad_input"));
            letter.Header("auditstream-partition").ShouldBe("0");
            letter.Header("auditstream-message").ShouldNotBeNullOrEmpty();
            letter.Header("auditstream-stage").ShouldBe("normalize");
        }
        letters.Count.ShouldBe(Broken.Length);
    }

    private static async Task AssertStoredDeadLettersAsync(SourceDatabase store)
    {
        (await store.ScalarAsync<string>("select string_agg(reason, ' ' order by topic_offset) from audit.dead_letter where stage = 'normalize'"))
            .ShouldBe(string.Join(' ', Broken.Select(broken => broken.Reason)));
        foreach (var (reason, value) in Broken)
        {
            (await store.ScalarAsync<byte[]>($"select record_value from audit.dead_letter where reason = '{reason}'")).ShouldBe(value);
            (await store.ScalarAsync<byte[]>($"select record_key from audit.dead_letter where reason = '{reason}'"))
                .ShouldBe(KeyOf(reason));
        }
    }

    private static async Task AssertStrangeAsync(SourceDatabase store)
    {
        var withZero = await BodyAsync(store, "body -> 'key' ->> 'id' = '700001'");
        var bytes = withZero.GetProperty("after").GetProperty("name").GetProperty("$bytes").GetString() ?? "";
        Encoding.UTF8.GetString(Convert.FromBase64String(bytes)).ShouldBe("nul \0 inside");
        withZero.GetProperty("images").GetProperty("encoded").EnumerateArray().Select(name => name.GetString()).ShouldBe(["name"]);

        var withoutKey = await BodyAsync(store, "key is null");
        withoutKey.GetProperty("key").ValueKind.ShouldBe(JsonValueKind.Null);
        withoutKey.GetProperty("after").GetProperty("id").GetRawText().ShouldBe("700002");

        var wide = await BodyAsync(store, "body -> 'key' ->> 'id' = '700003'");
        wide.GetProperty("after").EnumerateObject().Count().ShouldBe(ManyColumns + 1);
        wide.GetProperty("after").GetProperty("column_9999").GetRawText().ShouldBe("9999");

        var deep = await BodyAsync(store, "body -> 'key' ->> 'id' = '700004'");
        deep.GetProperty("after").GetProperty("doc").GetRawText().ShouldBe(DeepJson());

        var large = await BodyAsync(store, "body -> 'key' ->> 'id' = '700005'");
        large.GetProperty("after").GetProperty("name").GetString()?.Length.ShouldBe(FiveMegabytes);
    }

    private static async Task<JsonElement> BodyAsync(SourceDatabase store, string condition)
    {
        var body = await store.ScalarAsync<string>($"select body::text from audit.event where {condition}");
        return JsonSerializer.Deserialize<JsonElement>(body.ShouldNotBeNull(condition), new JsonSerializerOptions { MaxDepth = 2 * Depth });
    }

    private static byte[] KeyOf(string reason) => Encoding.UTF8.GetBytes(reason == "malformed-key" ? "no JSON" : $"{{\"reason\":\"{reason}\"}}");

    private static byte[] RandomBytes(int seed)
    {
        var bytes = new byte[300];
        new Random(seed).NextBytes(bytes);
        bytes[0] = 0xC1; // no JSON and no framing begins with it
        return bytes;
    }

    private static byte[] WithBrokenUtf8(byte[] value)
    {
        var place = value.AsSpan().IndexOf("@@"u8);
        value[place] = 0xC3;
        value[place + 1] = 0x28;
        return value;
    }

    private static byte[] Replace(byte[] value, string from, string to) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value).Replace(from, to, StringComparison.Ordinal));
}
