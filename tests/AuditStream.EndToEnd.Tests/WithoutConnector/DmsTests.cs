using System.Globalization;
using System.Text;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A DMS task loads a table, sends its changes, and starts again from before them: it loads anew and sends the changes once more.</summary>
[Collection(RealStackCollection.Name)]
public sealed class DmsTests(RealStack stack)
{
    private const string Name = "dms_history";
    private const string Topic = "dms.shop";
    private const string PlainTopic = "dms.plain";

    private static readonly string[] Changes =
    [
        Data("insert", Row(4, "\"d\""), transaction: 1001, record: 1),
        Data("update", Row(1, "\"A\""), transaction: 1001, record: 2, before: Row(1, "\"a\"")),
        Data("update", Row(1, "null"), transaction: 1002, record: 1, before: Row(1, "\"A\"")),
        Data("update", Row(20, "\"b\""), transaction: 1003, record: 1, before: Row(2, "\"b\"")),
        Data("update", Row(20, "\"b\""), transaction: 1003, record: 2, before: Row(20, "\"b\"")),
        Data("delete", Row(3, "\"c\""), transaction: 1004, record: 1),
    ];

    private static readonly string[] FirstLoad = [Row(1, "\"a\""), Row(2, "\"b\""), Row(3, "\"c\"")];
    private static readonly string[] SecondLoad = [Row(1, "null"), Row(4, "\"d\""), Row(20, "\"b\"")];

    [RealKafkaAndPostgresFact]
    public async Task A_task_that_loads_again_and_sends_again_adds_baselines_and_no_changes()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_dms");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, Name, new()
        {
            ["Raw:Topics:0"] = Topic,
            ["Raw:Topics:1"] = PlainTopic,
            ["Sources:0:TopicPattern"] = "dms\\.shop",
            ["Sources:0:Name"] = "shop",
            ["Sources:0:ReplicaIdentity"] = "full",
            ["Sources:0:IncludeNullAndEmpty"] = "true",
            ["Sources:0:Tables:public.items:Key:0"] = "id",
            ["Sources:1:TopicPattern"] = "dms\\.plain",
            ["Sources:1:Name"] = "plain",
            ["Sources:1:Tables:public.notes:Key:0"] = "id",
        });
        await stack.Kafka.CreateTopicsAsync(3, [Topic, PlainTopic], new Dictionary<string, string>());
        await pipeline.MigrateAsync();
        await using var process = pipeline.Start();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Topic);
        using var plain = new RawProducer(stack.Kafka.BootstrapServers, PlainTopic);

        await SendTaskAsync(producer, FirstLoad, minute: 0);
        await SendPlainAsync(plain, minute: 0);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Topic, PlainTopic);
        await AssertChangesAsync(store);
        var baselines = await store.ScalarAsync<long>("select count(*) from audit.event where operation = 'snapshot'");
        baselines.ShouldBe(FirstLoad.Length);

        await SendTaskAsync(producer, SecondLoad, minute: 7);
        await SendPlainAsync(plain, minute: 7);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Topic, PlainTopic);

        await AssertChangesAsync(store);
        await AssertBaselinesAsync(store);
        await AssertWeakAsync(store);
        (await store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        (await store.ScalarAsync<long>("select count(*) from audit.dead_letter")).ShouldBe(0);
        var metrics = await process.MetricsAsync();
        metrics.Sum("auditstream_records_skipped_total").ShouldBe(2, "the bookkeeping table of each start");
        metrics.Sum("auditstream_sink_rows_total", "result=\"duplicate\"").ShouldBe(Changes.Length, "each change that was sent again is a duplicate");
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    // Each change once, strong, in the order of the source, with what changed and from which value to which.
    private static async Task AssertChangesAsync(SourceDatabase store)
    {
        const string Query = """
            select string_agg(concat_ws(' ', transaction_id || '/' || (body -> 'transaction' ->> 'order'), operation, key,
              array_to_string(changed, ','), body ->> 'changed_is', body ->> 'identity', body ->> 'occurred_from',
              body ->> 'previous_key', body ->> 'changes'), e'\n' order by transaction_id, body -> 'transaction' ->> 'order')
            from audit.event where source = 'shop' and operation in ('insert', 'update', 'delete')
            """;
        (await store.ScalarAsync<string>(Query)).ShouldBe(string.Join('\n',
            "1001/1 insert {\"id\":\"4\"} id,name all strong commit [{\"field\":\"id\",\"new\":4},{\"field\":\"name\",\"new\":\"d\"}]",
            "1001/2 update {\"id\":\"1\"} name all strong commit [{\"field\":\"name\",\"new\":\"A\",\"old\":\"a\"}]",
            "1002/1 update {\"id\":\"1\"} name all strong commit [{\"field\":\"name\",\"new\":null,\"old\":\"A\"}]",
            "1003/1 update {\"id\":\"20\"} id all strong commit {\"id\":\"2\"} [{\"field\":\"id\",\"new\":20,\"old\":2}]",
            "1003/2 update {\"id\":\"20\"}  all strong commit []",
            "1004/1 delete {\"id\":\"3\"} id,name all strong commit [{\"field\":\"id\",\"old\":3},{\"field\":\"name\",\"old\":\"c\"}]"));
    }

    // Every load is a baseline of its own; a row that was read is no change, and an instruction to the target none of the table.
    private static async Task AssertBaselinesAsync(SourceDatabase store)
    {
        const string Query = "select string_agg(key || ' ' || (body -> 'after' ->> 'id'), ' ' order by body ->> 'occurred_at', key)"
            + " from audit.event where operation = 'snapshot' and changed is null and body -> 'changes' is null and body ->> 'identity' = 'medium'";
        (await store.ScalarAsync<string>(Query)).ShouldBe(
            "{\"id\":\"1\"} 1 {\"id\":\"2\"} 2 {\"id\":\"3\"} 3 {\"id\":\"1\"} 1 {\"id\":\"20\"} 20 {\"id\":\"4\"} 4");
        (await store.ScalarAsync<long>("select count(*) from audit.event where operation = 'snapshot'")).ShouldBe(6);
        (await store.ScalarAsync<string>("select string_agg(body -> 'detail' ->> 'instruction', ' ' order by body ->> 'occurred_at', stream_offset)"
            + " from audit.event where operation = 'schema'")).ShouldBe("drop-table create-table drop-table create-table");
        (await store.ScalarAsync<string>("select string_agg(operation, ' ' order by ordinality) from audit.history('shop', 'public', 'items', '{\"id\":\"1\"}')"
            + " with ordinality")).ShouldNotBeNull().Split(' ').Order(StringComparer.Ordinal).ShouldBe(["snapshot", "snapshot", "update", "update"]);
    }

    // Without transaction details nothing tells a change that is sent again from a second one like it: twice is better than lost, and it says so.
    private static async Task AssertWeakAsync(SourceDatabase store)
    {
        (await store.ScalarAsync<string>("select string_agg(concat_ws(' ', operation, body ->> 'identity', body ->> 'occurred_from', changed is null), ', '"
            + " order by body ->> 'occurred_at') from audit.event where source = 'plain'"))
            .ShouldBe("insert weak capture f, update weak capture t, insert weak capture f, update weak capture t");
    }

    private static async Task SendTaskAsync(RawProducer producer, string[] load, int minute)
    {
        await producer.SendAsync(Utf8("task"), Utf8(Control("create-table", "", "awsdms_apply_exceptions", minute)));
        await producer.SendAsync(Utf8("task.public.items"), Utf8(Control("drop-table", "public", "items", minute)));
        await producer.SendAsync(Utf8("task.public.items"), Utf8(Control("create-table", "public", "items", minute)));
        foreach (var row in load)
        {
            // Pretty-printed, as the endpoint's default has it.
            var value = $"{{\n\t\"data\":\t{row},\n\t\"metadata\":\t{{\n\t\t{Metadata("load", minute)},\n\t\t\"partition-key-type\":\t\"primary-key\"\n\t}}\n}}";
            await producer.SendAsync(Utf8($"public.items.{row}"), Utf8(value));
        }
        foreach (var change in Changes)
            await producer.SendAsync(Utf8("public.items"), Utf8(change.Replace("@built", Built(minute), StringComparison.Ordinal)));
    }

    private static async Task SendPlainAsync(RawProducer producer, int minute)
    {
        foreach (var operation in (string[])["insert", "update"])
        {
            var metadata = Metadata(operation, minute + (operation == "insert" ? 1 : 2)).Replace("items", "notes", StringComparison.Ordinal);
            await producer.SendAsync(Utf8("public.notes"), Utf8($"{{\"data\":{{\"id\":1}},\"metadata\":{{{metadata},\"transaction-id\":77}}}}"));
        }
    }

    private static string Data(string operation, string row, int transaction, int record, string? before = null) =>
        $"{{\"data\":{row},{(before is null ? "" : $"\"before-image\":{before},")}\"metadata\":{{{Metadata(operation, minute: null)},"
        + string.Create(CultureInfo.InvariantCulture,
            $"\"transaction-id\":{transaction},\"transaction-record-id\":{record},\"commit-timestamp\":\"2026-01-01T00:00:{transaction % 100:00}.000000Z\"}}}}");

    private static string Control(string operation, string schema, string table, int minute) =>
        $"{{\"control\":{{}},\"metadata\":{{\"timestamp\":\"{Built(minute)}\",\"record-type\":\"control\",\"operation\":\"{operation}\","
        + $"\"partition-key-type\":\"task-id\",\"schema-name\":\"{schema}\",\"table-name\":\"{table}\"}}}}";

    private static string Metadata(string operation, int? minute) =>
        $"\"timestamp\":\"{(minute is { } known ? Built(known) : "@built")}\",\"record-type\":\"data\",\"operation\":\"{operation}\","
        + "\"schema-name\":\"public\",\"table-name\":\"items\"";

    private static string Built(int minute) => string.Create(CultureInfo.InvariantCulture, $"2026-01-01T01:{minute:00}:00.000001Z");

    private static string Row(int id, string name) => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"name\":{name}}}");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
