using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Mistakes of a new user on a real broker and a real store, one at a time: <c>check</c> finds each, names it, and says how to mend it.</summary>
[Collection(RealStackCollection.Name)]
public sealed class CheckTests(RealStack stack)
{
    private const string CreateTable = """
        {"control":{"table-def":{"columns":{"id":{"type":"INT32"}},"primary-key":["id"]}},"metadata":{"operation":"create-table","record-type":"control",
         "partition-key-type":"task-id","schema-name":"public","table-name":"foo","timestamp":"2024-07-29T00:30:47.266581Z"}}
        """;

    private const string Insert = """
        {"data":{"id":1},"metadata":{"operation":"insert","record-type":"data","partition-key-type":"schema-table","schema-name":"public",
         "table-name":"foo","timestamp":"2024-07-29T00:59:07.686557Z","transaction-id":5}}
        """;

    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(90);

    [RealKafkaAndPostgresFact]
    public async Task A_pipeline_without_a_mistake_has_no_error_before_during_and_after_a_run()
    {
        var pipeline = await NewPipelineAsync("checkgood");
        await using var process = pipeline.Start();
        await process.ReadyAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("checkgood"));
        producer.SendItems(200);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic("checkgood"));

        var during = await CheckAsync(pipeline);
        during.ExitCode.ShouldBe(0, during.Text);
        during.Codes("error").ShouldBeEmpty();
        during.Find("group")["what"]?.GetValue<string>().ShouldContain("has 1 members");
        during.Find("records-looked-at")["what"]?.GetValue<string>().ShouldStartWith("looked at 200 records");
        during.Find("table-seen")["subject"]?.GetValue<string>().ShouldBe("public.items");

        // It has disturbed nobody: the service goes on, and every item is there once.
        producer.SendItems(200);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic("checkgood"));
        await Items.AssertEachOnceAsync(pipeline, producer.Last);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    [RealKafkaAndPostgresFact]
    public async Task Each_mistake_is_found_and_its_mend_is_named()
    {
        var pipeline = await NewPipelineAsync("checkbad");
        await stack.Kafka.CreateTopicsAsync(1, ["checkbad.compacted"], new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
        await stack.Kafka.CreateTopicsAsync(1, ["checkbad.small"], new Dictionary<string, string> { ["max.message.bytes"] = "100000" });
        await stack.Kafka.CreateTopicsAsync(1, ["checkbad.dms", "checkbad.events"]);
        using (var producer = new RawProducer(stack.Kafka.BootstrapServers, "checkbad.dms"))
        {
            await producer.SendAsync(key: null, Encoding.UTF8.GetBytes(CreateTable));
            await producer.SendAsync(key: null, Encoding.UTF8.GetBytes(Insert));
        }
        var store = pipeline.Store;
        await store.ExecuteAsync("create role check_nobody login password 'x'");
        var login = $"Host={store.Server.Host};Port={store.Server.Port};Database={store.Name}";
        (string Setting, string Value, int ExitCode, string Code, string Subject, string Mend)[] mistakes =
        [
            ("Raw:Topics:0", "checkbad.public.itms", 1, "raw-topic-missing", "checkbad.public.itms", "Correct Raw:Topics"),
            ("Raw:Pattern", "nothing\\..*", 0, "pattern-matches-nothing", "Raw:Pattern", "Correct Raw:Pattern"),
            ("Raw:Pattern", "checkbad\\.events", 0, "own-topics-left-out", "Raw:Pattern", ""),
            ("Raw:Topics:0", "checkbad.compacted", 0, "raw-topic-compacted", "checkbad.compacted", "--add-config cleanup.policy=delete"),
            ("Raw:MaxRecordBytes", "1048588", 0, "raw-records-larger", Items.Topic("checkbad"), "Raw:MaxRecordBytes=8388608"),
            ("Final:Topic", "checkbad.small", 1, "own-topic-too-small", "checkbad.small", "--add-config max.message.bytes=16842752"),
            ("Final:Topic", "checkbad.compacted", 1, "own-topic-compacted", "checkbad.compacted", "--add-config cleanup.policy=delete"),
            ("Final:CreateTopics", "false", 1, "own-topic-missing", "checkbad.events", "kafka-topics.sh"),
            ("Final:ReplicationFactor", "3", 1, "too-many-copies", "checkbad.events", "Final:ReplicationFactor=1"),
            ("Kafka:BootstrapServers", "127.0.0.1:1", 3, "kafka-not-reachable", "127.0.0.1:1", "Kafka:BootstrapServers="),
            ("Kafka:BootstrapServers", "no-such-host.invalid:9092", 3, "kafka-not-reachable", "no-such-host.invalid:9092", "Kafka:BootstrapServers="),
            ("Kafka:Client:security.protocol", "ssl", 1, "kafka-authentication", stack.Kafka.BootstrapServers, "security.protocol"),
            ("Postgres:ConnectionString", $"{login};Username=check_nobody;Password=y", 1, "store-login", "Postgres:ConnectionString", "Correct Username and Password"),
            ("Postgres:ConnectionString", $"{login};Username=check_nobody;Password=x", 1, "writer-without-grants", "check_nobody", "GRANT audit_writer TO \"check_nobody\";"),
            ("Postgres:ConnectionString", $"{login}_;Username=check_nobody;Password=x", 1, "store-database-missing", "Postgres:ConnectionString", "CREATE DATABASE"),
            ("Postgres:ConnectionString", "Host=127.0.0.1;Port=1;Database=d;Username=u", 3, "store-not-reachable", "Postgres:ConnectionString", "Host and Port"),
            ("Postgres:ConnectionString", store.Server.ConnectionString("postgres"), 1, "store-not-migrated", "postgres", "auditstream migrate"),
            ("Postgres:ConnectionString", store.Server.ConnectionString(store.Name), 0, "writer-too-mighty", "postgres", "IN ROLE audit_writer"),
            ("Identity:Key", Convert.ToBase64String(new byte[32]), 2, "identity-key", "", "Identity:KeyFile="),
            ("Raw:Topics:0", "checkbad.dms", 1, "dms-source-without-name", "public.foo", "Sources:0:Name="),
            ("Raw:Topics:0", "checkbad.dms", 1, "key-not-configured", "public.foo", "Sources:0:Tables:public.foo:Key=id"),
            ("Sources:0:Tables:public.itms:Key", "id", 0, "table-not-seen", "Sources:0:Tables:public.itms", "letter by letter"),
            ("Protect:Rules:0:Column", "no_such_column", 0, "rule-matches-nothing", "Protect:Rules:0", "Tables are matched as schema.table"),
        ];
        using (var items = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("checkbad")))
            items.SendItems(10);
        await Parallel.ForEachAsync(mistakes, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (mistake, _) =>
        {
            var found = await CheckAsync(pipeline, (mistake.Setting, mistake.Value));
            var finding = found.Find(mistake.Code);
            found.ExitCode.ShouldBe(mistake.ExitCode, $"{mistake.Setting}={mistake.Value} {found.Text}");
            (finding["subject"]?.GetValue<string>() ?? "").ShouldContain(mistake.Subject, customMessage: mistake.Code);
            (finding["mend"]?.GetValue<string>() ?? "").ShouldContain(mistake.Mend, customMessage: mistake.Code);
            found.Text.ShouldNotContain("Password=y");
        });
    }

    [RealKafkaAndPostgresFact]
    public async Task Offsets_that_retention_has_passed_are_reported_as_a_gap()
    {
        var pipeline = await NewPipelineAsync("checkgap");
        var topic = Items.Topic("checkgap");
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, topic);
        await using (var process = pipeline.Start())
        {
            await process.ReadyAsync();
            producer.SendItems(30);
            await pipeline.CaughtUpAsync(stack.Kafka, process, topic);
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        producer.SendItems(300);
        await stack.Kafka.DeleteAllRecordsAsync(topic);
        var found = await CheckAsync(pipeline);
        found.ExitCode.ShouldBe(1, found.Text);
        found.Find("offsets-passed")["why"]?.GetValue<string>().ShouldContain("a gap in the trail");
        await AssertTheGapStaysAsync(pipeline, producer, topic, lost: 300);
    }

    /// <summary>The next run goes on behind the gap, and its ledger leaves a hole there for good.</summary>
    private async Task AssertTheGapStaysAsync(Pipeline pipeline, RawProducer producer, string topic, long lost)
    {
        const string Holes = "select coalesce(sum(to_offset - from_offset), 0)::bigint from audit.gaps() where kind = 'ledger-hole'";
        (await pipeline.Store.ScalarAsync<long>(Holes)).ShouldBe(0, "nobody has passed it yet");
        await using (var process = pipeline.Start())
        {
            producer.SendItems(300);
            await pipeline.CaughtUpAsync(stack.Kafka, process, topic);
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        await using var last = pipeline.Start();
        await last.HoldsAsync("the account of the run before to be stored", CheckLimit, async () => await pipeline.Store.ScalarAsync<long>(Holes) == lost);
        await Pipeline.StopCleanlyAsync(last, PosixSignal.Terminate);
    }

    private async Task<Pipeline> NewPipelineAsync(string name)
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, name);
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, name);
        await pipeline.MigrateAsync();
        await Items.CreateTopicAsync(stack.Kafka, name);
        return pipeline;
    }

    private static async Task<CheckOutcome> CheckAsync(Pipeline pipeline, params (string Key, string Value)[] mistakes)
    {
        var configuration = new Dictionary<string, string>(pipeline.Configuration);
        foreach (var (key, value) in mistakes)
            configuration[key] = value;
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(["check", "--json"], configuration, CheckLimit);
        return new CheckOutcome(exitCode, string.Join('\n', output.Lines()));
    }

    private sealed record CheckOutcome(int ExitCode, string Text)
    {
        private JsonArray Findings => JsonNode.Parse(Text)?["findings"]?.AsArray() ?? throw new InvalidOperationException(Text);

        internal IEnumerable<string> Codes(string severity) =>
            Findings.Where(finding => (string?)finding?["severity"] == severity).Select(finding => (string?)finding?["code"] ?? "");

        internal JsonNode Find(string code) => Findings.FirstOrDefault(finding => (string?)finding?["code"] == code).ShouldNotBeNull($"{code} in {Text}");
    }
}
