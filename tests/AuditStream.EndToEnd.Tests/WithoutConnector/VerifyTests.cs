using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary><c>verify</c> against what the brokers have: the raw topics and the topic of checkpoints.</summary>
[Collection(RealStackCollection.Name)]
public sealed class VerifyTests(RealStack stack) : IDisposable
{
    private const string Name = "verify";
    private const int Count = 600;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly TemporaryFolder folder = new(Name);

    [RealKafkaAndPostgresFact]
    public async Task Raw_records_and_checkpoints_on_their_topic_know_better_than_a_changed_store()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_verify");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, Name);
        pipeline.Configuration["Checkpoint:KeyFile"] = folder.At("checkpoint.key");
        pipeline.Configuration["Checkpoint:Topic"] = $"{Name}.checkpoints";
        pipeline.Configuration["Postgres:ReaderConnectionString"] = stack.Postgres.ConnectionString(store.Name);
        await Items.CreateTopicAsync(stack.Kafka, Name);
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Name));
        producer.SendItems(Count);
        await producer.SendAsync(ItemRecords.Key(1), "no record"u8.ToArray());
        await using (var process = pipeline.Start())
        {
            await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Name));
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        producer.SendItems(5); // what normalize has not processed is not asked for

        var whole = await VerifyAsync(pipeline, expected: 0, "--rederive");
        (Number(whole, "records"), Number(whole, "events"), Number(whole, "same_events"), Number(whole, "rejected_records")).ShouldBe((Count + 1, Count, Count, 1));
        Number(await VerifyAsync(pipeline, expected: 0, "--rederive", "--to", "2026-01-01"), "events").ShouldBe(0);
        Number(await VerifyAsync(pipeline, expected: 0, "--all", "--checkpoint-topic"), "checkpoints").ShouldBeGreaterThanOrEqualTo(2);

        await store.ExecuteAsync("""
            DO $do$ DECLARE target regclass; BEGIN
              FOR target IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target);
              END LOOP;
            END $do$;
            DELETE FROM audit.event WHERE key = '{"id":"17"}';
            UPDATE audit.event SET fact_hash = sha256('other') WHERE key = '{"id":"18"}';
            DELETE FROM audit.checkpoint;
            """);
        var found = await VerifyAsync(pipeline, expected: 1, "--rederive");
        Number(found, "same_events").ShouldBe(Count - 2);
        found.GetProperty("damages").EnumerateArray().Select(damage => damage.GetProperty("detail").GetString() ?? "").ShouldSatisfyAllConditions(
            details => details.Count().ShouldBe(2),
            details => details.ShouldContain(detail => detail.Contains("neither it nor a dead letter of it is in the store", StringComparison.Ordinal)),
            details => details.ShouldContain(detail => detail.Contains("stored with other facts", StringComparison.Ordinal)));
        (await VerifyAsync(pipeline, expected: 1, "--all", "--checkpoint-topic")).GetProperty("damages").EnumerateArray()
            .Select(damage => damage.GetProperty("kind").GetString()).ShouldContain("checkpoint-missing");
    }

    public void Dispose() => folder.Dispose();

    private async Task<JsonElement> VerifyAsync(Pipeline pipeline, int expected, params string[] arguments)
    {
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(
            ["verify", "--json", "--state", folder.At(Guid.NewGuid().ToString("N")), .. arguments], pipeline.Configuration, Limit);
        exitCode.ShouldBe(expected, output.Tail());
        return JsonSerializer.Deserialize<JsonElement>(string.Concat(output.Lines()));
    }

    private static long Number(JsonElement report, string name) => report.GetProperty(name).GetInt64();
}
