using System.Diagnostics.Metrics;
using AuditStream.Core.Account;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A normalize thread on the test's own thread, over clients in memory; pauses take no time, the script ends with the
/// stop.</summary>
internal sealed class LoopUnderTest : IDisposable
{
    private const int MaxPauses = 10_000;
    private readonly CancellationTokenSource stop = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private int pauses;

    internal LoopUnderTest()
    {
        Metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>());
        Broker.ConsumerScripts.Enqueue(consumer => consumer.AtEnd = stop.Cancel);
    }

    internal FakeBroker Broker { get; } = new();

    internal StreamsMetrics Metrics { get; }

    internal CollectedLog Log { get; } = new();

    internal StreamsSettings Settings { get; set; } = new()
    {
        BootstrapServers = "none",
        RawTopics = ["raw"],
        ProcessId = "test",

        // The interval never passes: tests commit by records, or at the stop.
        CommitIntervalMilliseconds = 5_000,
        CommitIdleMilliseconds = 5_000,
    };

    /// <summary>How often a value that begins with LATER cannot be processed, for each task.</summary>
    internal int Later { get; set; }

    /// <summary>True for a thread of images, with the handler that has state.</summary>
    internal bool KeepsImages { get; init; }

    /// <summary>Makes the store of a task's images.</summary>
    internal Func<int, IRowImageStore> Stores { get; set; } = _ => new MemoryImageStore();

    /// <summary>What makes the handler of a normalize task; null for the one that copies.</summary>
    internal Func<IRecordHandler>? Handler { get; init; }

    /// <summary>What makes ledger events; null for none.</summary>
    internal Func<PipelineEvents>? Account { get; init; }

    internal TimeProvider Time { get; set; } = TimeProvider.System;

    internal ThreadReport? Report { get; private set; }

    internal static TopicPartition Raw(int partition = 0) => new("raw", partition);

    internal TopicPartition Changes(int partition = 0) => new(Settings.RepartitionTopic, partition);

    /// <summary>What the first consumer does.</summary>
    internal LoopUnderTest Consumer(Action<FakeConsumer> script)
    {
        Broker.ConsumerScripts.Enqueue(consumer =>
        {
            consumer.AtEnd = stop.Cancel;
            script(consumer);
        });
        return this;
    }

    internal LoopUnderTest Producer(Action<FakeProducer> script)
    {
        Broker.ProducerScripts.Enqueue(script);
        return this;
    }

    internal void Run()
    {
        // The first script is the default; a test's own replaces it.
        if (Broker.ConsumerScripts.Count > 1)
            Broker.ConsumerScripts.Dequeue();
        Broker.NotesCommitted |= KeepsImages;
        using var clock = new LoopClock(Time, Settings.DrainSeconds, stop.Token, Pause);
        var role = KeepsImages
            ? LoopRole.Images(Settings, Broker, task => new TallyHandler(Stores(task.Partition)), Account)
            : LoopRole.Normalize(Settings, Broker, _ => Handler?.Invoke() ?? new CopyHandler { Later = Later }, Account);
        var thread = new StreamThread(1, role, Settings, Broker, Metrics, Log, clock);
        try
        {
            thread.Run();
        }
        finally
        {
            Report = thread.Status.Report();
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        services.Dispose();
    }

    private void Pause(TimeSpan length, CancellationToken token)
    {
        if (++pauses > MaxPauses)
            throw new TimeoutException("The loop pauses without end.");
    }
}
