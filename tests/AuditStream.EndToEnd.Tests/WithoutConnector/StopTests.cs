using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Ctrl-C and SIGTERM under load: a clean end in time, and after the restart nothing is lost and nothing is there twice.</summary>
[Collection(RealStackCollection.Name)]
public sealed class StopTests(RealStack stack)
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(1.5);

    [RealKafkaAndPostgresFact]
    public async Task Stopped_by_signals_under_load_it_ends_cleanly_and_goes_on_where_it_was()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_stop");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, "stop");
        await Items.CreateTopicAsync(stack.Kafka, "stop");
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("stop"));

        // Started in the background of a shell, processes ignore SIGINT from birth, and so do their children.
        var interrupt = PosixSignal.IsIgnored(PosixSignal.Interrupt) ? PosixSignal.Terminate : PosixSignal.Interrupt;
        foreach (var signal in new[] { interrupt, PosixSignal.Terminate, interrupt })
        {
            await using var process = pipeline.Start();
            await process.ReadyAsync();
            producer.SendItems(5_000); // a backlog, so that the stop comes in the middle of work
            await producer.LoadForAsync(Load);
            await producer.LoadWhileAsync(Pipeline.StopCleanlyAsync(process, signal));
        }

        await using var last = pipeline.Start();
        await pipeline.CaughtUpAsync(stack.Kafka, last, Items.Topic("stop"));
        await Items.AssertEachOnceAsync(pipeline, producer.Last);
        await Pipeline.AssertLedgerAsync(last);
        await Pipeline.StopCleanlyAsync(last, PosixSignal.Terminate);
    }
}
