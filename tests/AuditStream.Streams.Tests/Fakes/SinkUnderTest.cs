using System.Diagnostics;
using System.Diagnostics.Metrics;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Identity;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Sinking;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A sink on the test's own thread, over a consumer and a store in memory, under a clock that waits for nobody.</summary>
internal sealed class SinkUnderTest : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource stop = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    internal SinkUnderTest()
    {
        Metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>());
        Store = new FakeStore(Broker);
    }

    internal static TopicPartition Final { get; } = new("audit.events", 0);

    internal static IdentityKey Key { get; } = new(new byte[IdentityKey.MinimumBytes]);

    internal FakeBroker Broker { get; } = new();

    internal FakeStore Store { get; }

    internal StreamsMetrics Metrics { get; }

    internal CollectedLog Log { get; } = new();

    internal StreamsSettings Settings { get; set; } = new()
    {
        BootstrapServers = "none",
        ProcessId = "test",

        // Batches are written when full, or at the stop.
        SinkBatchRows = 2,
        SinkLingerMilliseconds = 10_000,
    };

    internal ISchemaSource? Schemas { get; set; }

    internal List<ThreadReport> Reports { get; } = [];

    /// <summary>What the consumer does; after it the stop, as soon as the condition holds.</summary>
    internal void Run(Action<FakeConsumer> script, Func<bool>? until = null)
    {
        // A millisecond a look: back-offs pass in some thousand polls, lingering does not within a test.
        using var clock = new LoopClock(new SteppingTime(TimeSpan.FromMilliseconds(1)), Settings.DrainSeconds, stop.Token,
            pause: (_, _) => { });
        var begun = Stopwatch.StartNew();
        var thread = new SinkThread(Settings, Broker, Key.Fingerprint, Schemas, Store, Metrics, Log, clock);
        Broker.ConsumerScripts.Enqueue(consumer =>
        {
            consumer.AtEnd = () =>
            {
                if (thread.Status.Report() is var report && Reports.LastOrDefault()?.State != report.State)
                    Reports.Add(report);
                if (until?.Invoke() ?? true)
                    stop.Cancel();
                else if (begun.Elapsed > Limit)
                    throw new TimeoutException($"The sink polls without end. {Log}");
                else
                    Thread.Yield(); // the store writes on another thread
            };
            script(consumer);
        });
        try
        {
            thread.Run();
        }
        finally
        {
            Reports.Add(thread.Status.Report());
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        services.Dispose();
    }
}
