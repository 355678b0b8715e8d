using System.Text;
using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary><c>auditstream reset</c> beside real consumer groups: what it refuses, what it shows, and what comes out afterwards.</summary>
[Collection(RealStackCollection.Name)]
public sealed class ResetTests(RealStack stack)
{
    private const string People = "reset.people";
    private const string Stock = "reset.stock";
    private const string Reason = "a rule was corrected";
    private const int Changes = 600;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaAndPostgresFact]
    public async Task Events_come_out_again_with_the_same_ids_and_with_state_from_nothing_the_same_to_the_byte()
    {
        var history = new RowHistory(seed: 7, Changes);
        await stack.Kafka.CreateTopicsAsync(3, [People, Stock]);
        await SendAsync(history);
        var pipeline = await NewPipelineAsync();
        List<string> first;
        await using (var process = pipeline.Start())
        {
            await process.HoldsAsync("every event to be stored", Limit, async () => await RowsAsync(pipeline) == history.Events.Count);
            first = Bodies(pipeline);
            await AssertRefusedWithMembersAsync(pipeline);
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        await AssertDryRunChangesNothingAsync(pipeline);
        await AssertMistypedTopicIsRefusedAsync(pipeline);

        await ResetAsync(pipeline, "normalize", []);
        await RunUntilAllAreThereAgainAsync(pipeline, history);
        var second = Events(pipeline)[first.Count..];
        second.Select(Id).Order().ShouldBe(first.Select(Id).Order());
        // An image of the future is not used: old values are those of the first time, or not known. Of a row that is gone there is no image of the future.
        second.Where(body => From(body) == "state").Except(first).ShouldBeEmpty();
        second.Count(body => From(body) == "none").ShouldBeGreaterThan(first.Count(body => From(body) == "none"));

        await ResetAsync(pipeline, "normalize,images", ["--rebuild-state"]);
        await RunUntilAllAreThereAgainAsync(pipeline, history);
        Events(pipeline)[(2 * first.Count)..].Order(StringComparer.Ordinal).ShouldBe(first);

        (await RowsAsync(pipeline)).ShouldBe(history.Events.Count);
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        (await pipeline.Store.ScalarAsync<long>(
            $"select count(*) from audit.event where operation = 'audit' and body -> 'detail' ->> 'action' = 'reset' and body -> 'detail' ->> 'reason' = '{Reason}'"))
            .ShouldBe(2);
    }

    private static async Task AssertRefusedWithMembersAsync(Pipeline pipeline)
    {
        var (exitCode, output) = await RunAsync(pipeline, "--plane", "all", "--to-earliest", "--reason", Reason);
        exitCode.ShouldBe(1, output.Tail());
        output.Tail().ShouldContain($"The group {pipeline.ApplicationId} has 1 members ({pipeline.ApplicationId}-");
        output.Tail().ShouldContain("stop every instance first");
    }

    private async Task AssertDryRunChangesNothingAsync(Pipeline pipeline)
    {
        var (exitCode, output) = await RunAsync(pipeline, "--plane", "normalize,images", "--to-earliest", "--rebuild-state", "--dry-run", "--json");
        exitCode.ShouldBe(0, output.Tail());
        var told = JsonSerializer.Deserialize<JsonElement>(string.Join('\n', output.Lines()));
        told.GetProperty("dry_run").GetBoolean().ShouldBeTrue();
        told.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("group").GetString())
            .ShouldBe([pipeline.ApplicationId, pipeline.ApplicationId + "-images"]);
        told.GetProperty("groups")[0].GetProperty("partitions").EnumerateArray().Count(partition => partition.GetProperty("to").GetInt64() == 0).ShouldBe(6);
        told.GetProperty("emptied_topics").EnumerateArray().Select(topic => topic.GetString()).ShouldBe(
            [pipeline.ApplicationId + "-tasks", pipeline.ApplicationId + "-row-images-repartition", pipeline.ApplicationId + "-row-images-changelog"]);
        (await stack.Kafka.LagAsync(pipeline.ApplicationId, [People, Stock])).ShouldBe(0);
    }

    // It did nothing and ended with 0, as if it had been done.
    private static async Task AssertMistypedTopicIsRefusedAsync(Pipeline pipeline)
    {
        var (exitCode, output) = await RunAsync(pipeline, "--plane", "normalize,sink", "--to-earliest", "--topic", People, "--topic", "reset.stok", "--reason", Reason);
        exitCode.ShouldBe(2, output.Tail());
        output.Tail().ShouldContain($"The nearest that they read is {Stock}. Nothing was changed.");
    }

    private static async Task ResetAsync(Pipeline pipeline, string planes, string[] more)
    {
        var (exitCode, output) = await RunAsync(pipeline, ["--plane", planes, "--to-earliest", "--reason", Reason, .. more]);
        exitCode.ShouldBe(0, output.Tail());
    }

    private static async Task RunUntilAllAreThereAgainAsync(Pipeline pipeline, RowHistory history)
    {
        await using var process = pipeline.Start();
        await process.HoldsAsync("every event to be there already", Limit, async () =>
            await process.AnswersAsync("/health/live")
            && (await process.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"") >= history.Events.Count);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private static Task<(int ExitCode, OutputLog Output)> RunAsync(Pipeline pipeline, params string[] arguments) =>
        AuditStreamProcess.RunToEndAsync(["reset", .. arguments], pipeline.Configuration, Limit);

    private async Task SendAsync(RowHistory history)
    {
        using var people = new RawProducer(stack.Kafka.BootstrapServers, People);
        using var stock = new RawProducer(stack.Kafka.BootstrapServers, Stock);
        await Task.WhenAll(history.Records.Select(record => (record.IsDebezium ? people : stock).SendAsync(record.Key, record.Value, record.Headers)));
    }

    private async Task<Pipeline> NewPipelineAsync()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_reset");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, "resets", new()
        {
            ["Raw:Topics:0"] = People,
            ["Raw:Topics:1"] = Stock,
            ["Images:State"] = "on",
            ["Images:Partitions"] = "2",
            ["Sources:0:TopicPattern"] = "reset\\.stock",
            ["Sources:0:Name"] = "stock",
            ["Sources:0:IncludeNullAndEmpty"] = "true",
            ["Sources:0:Tables:public.stock:Key:0"] = "id",
            ["Sources:1:Name"] = "people",
        });
        await pipeline.MigrateAsync();
        return pipeline;
    }

    private static Task<long> RowsAsync(Pipeline pipeline) =>
        pipeline.Store.ScalarAsync<long>("select count(*) from audit.event where operation not in ('audit', 'ledger')");

    private static List<string> Bodies(Pipeline pipeline) => [.. Events(pipeline).Order(StringComparer.Ordinal)];

    // By the time at which they came, as near as partitions tell: those of one run all come after those of the run before.
    private static List<string> Events(Pipeline pipeline) =>
        [.. TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.FinalTopic)
            .Where(record => record.Header("ce_type") is not ("auditstream.audit" or "auditstream.ledger"))
            .OrderBy(record => record.Header("auditstream-processed-at"), StringComparer.Ordinal)
            .Select(record => Encoding.UTF8.GetString(record.Value ?? []))];

    private static string Id(string body) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("event_id").GetString() ?? "";

    private static string From(string body) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("images").GetProperty("before_from").GetString() ?? "";
}
