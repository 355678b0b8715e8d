using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AuditStream.Core.Account;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Streams;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using AuditStream.Testing;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Bench;

/// <summary>The whole normalize loop on a real broker, beside a plain transactional copy loop that writes the same bytes.</summary>
/// <remarks>Copy and loop take turns on the same broker, each with a group and a final topic of its own; the core alone is measured
/// between them.
/// The figure is the loop's time per record ÷ (copy + core). The first round of each warms up and is left out.</remarks>
internal static class LoopBench
{
    private const int DistinctRecords = 4_000;
    private const int Partitions = 4;
    private const string RawTopic = "bench.raw";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Number(arguments, "--records", 200_000) is not (>= 10_000 and <= 5_000_000 and var records)
            || Number(arguments, "--rounds", 3) is not (>= 1 and <= 50 and var rounds))
        {
            await Console.Error.WriteLineAsync(
                "auditstream-bench loop [--records N] [--rounds N]: N from 10000 to 5000000, and from 1 to 50.");
            return 2;
        }
        if (SharedFolder.KafkaScript is null)
        {
            await Console.Error.WriteLineAsync("The loop is measured on a real broker: shared/kafka is not beside the repository.");
            return 3;
        }
        Environment.SetEnvironmentVariable("KAFKA_HEAP", "1g");
        await using var cluster = await KafkaCluster.StartAsync(brokers: 1, port: null, "group.initial.rebalance.delay.ms=0");
        await cluster.CreateTopicsAsync(Partitions, [RawTopic]);
        var raw = BenchRecords.Large(DistinctRecords);
        Fill(cluster.BootstrapServers, raw, records);
        var events = EventsOf(raw);
        Console.WriteLine(
            $"{records:N0} Debezium updates of {raw.Average(record => record.Value.GetValueOrDefault().Length):N0} B → events of "
            + $"{events.Average(message => message.Value!.Length):N0} B and {events[0].Headers.Count} headers; {Partitions} partitions, one thread, "
            + $"exactly_once_v2, commit every 100 ms; .NET {Environment.Version}, {Environment.ProcessorCount} processors for broker and loop.");
        Console.WriteLine();
        Console.WriteLine("| round | copy µs | copy CPU µs | core µs | loop µs | loop CPU µs | loop/s  | copy B | loop B | loop ÷ (copy + core) |");
        Console.WriteLine("|------:|--------:|------------:|--------:|--------:|------------:|--------:|-------:|-------:|---------------------:|");
        var all = new List<Figures>();
        for (var round = 0; round <= rounds; round++)
        {
            var figures = await RoundAsync(cluster, raw, events, round, records);
            if (round > 0)
                all.Add(figures);
            Console.WriteLine(figures.Line(round == 0 ? "warm" : round.ToString(CultureInfo.InvariantCulture)));
        }
        Console.WriteLine(Figures.Medians(all).Line("med."));
        return 0;
    }

    private static async Task<Figures> RoundAsync(
        KafkaCluster cluster, RawRecord[] raw, Message<byte[]?, byte[]?>[] events, int round, int records)
    {
        var copySettings = Settings(cluster, FormattableString.Invariant($"copy{round}"));
        await cluster.CreateTopicsAsync(copySettings.FinalPartitions, [copySettings.FinalTopic]);
        var cpu = ProcessorTime();
        var allocated = GC.GetTotalAllocatedBytes();
        var copy = CopyLoop.Run(copySettings, events, Partitions, records);
        var copyCpu = ProcessorTime() - cpu;
        var copyAllocated = GC.GetTotalAllocatedBytes() - allocated;
        var core = Core(raw);
        cpu = ProcessorTime();
        allocated = GC.GetTotalAllocatedBytes();
        var loop = await LoopAsync(Settings(cluster, FormattableString.Invariant($"loop{round}")), records);
        return new Figures(
            copy.TotalMicroseconds / records,
            copyCpu.TotalMicroseconds / records,
            core.TotalMicroseconds / raw.Length,
            loop.TotalMicroseconds / records,
            (ProcessorTime() - cpu).TotalMicroseconds / records,
            copyAllocated / (double)records,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)records);
    }

    private static async Task<TimeSpan> LoopAsync(StreamsSettings settings, int records)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>());
        var begun = 0L;
        var worker = new NormalizeWorker(
            settings,
            new KafkaClientFactory(settings, authentication: null, NullLoggerFactory.Instance),
            _ => new FirstRecord(new Normalizer(Rooms.Settings), () => Interlocked.CompareExchange(ref begun, Stopwatch.GetTimestamp(), 0)),
            () => new PipelineEvents(Rooms.Settings, settings.ApplicationId),
            metrics,
            NullLoggerFactory.Instance,
            TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var run = worker.RunAsync(stop.Token);
        await Eventually.HoldsAsync("the loop to be through", Limit, () => metrics.Ledger().Total.Consumed >= records || run.IsCompleted);
        var elapsed = Stopwatch.GetElapsedTime(begun);
        await stop.CancelAsync();
        await run;
        var total = metrics.Ledger().Total;
        if (total.Events != records)
            throw new InvalidOperationException($"The figures would mean nothing: {total}.");
        return elapsed;
    }

    private static TimeSpan Core(RawRecord[] raw)
    {
        var normalizer = new Normalizer(Rooms.Settings);
        var output = new Kept();
        var times = new List<TimeSpan>();
        for (var turn = 0; turn < 25; turn++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (ref readonly var record in raw.AsSpan())
                normalizer.Process(record, output);
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        return CoreBench.Median(times);
    }

    private static Message<byte[]?, byte[]?>[] EventsOf(RawRecord[] raw)
    {
        var normalizer = new Normalizer(Rooms.Settings);
        var output = new Kept { Keeps = true };
        foreach (ref readonly var record in raw.AsSpan())
        {
            if (normalizer.Process(record, output).Kind != OutcomeKind.Emitted)
                throw new InvalidOperationException("A record of the benchmark gave no event.");
        }
        return [.. output.Messages];
    }

    private static void Fill(string bootstrapServers, RawRecord[] raw, int records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers, LingerMs = 20, EnableDeliveryReports = false, QueueBufferingMaxKbytes = 131_072,
                CompressionType = CompressionType.Lz4,
        }).Build();
        for (var number = 0; number < records; number++)
        {
            var record = raw[number % raw.Length];
            var message = new Message<byte[]?, byte[]?> { Key = record.Key?.ToArray(), Value = record.Value?.ToArray() };
            while (!TryProduce(producer, new TopicPartition(RawTopic, number % Partitions), message))
                producer.Flush(TimeSpan.FromMilliseconds(100));
        }
        producer.Flush(Limit);
    }

    private static bool TryProduce(IProducer<byte[]?, byte[]?> producer, TopicPartition partition, Message<byte[]?, byte[]?> message)
    {
        try
        {
            producer.Produce(partition, message);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    private static StreamsSettings Settings(KafkaCluster cluster, string name) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        ApplicationId = name,
        RawTopics = [RawTopic],
        FinalTopic = name + ".events",
        DeadLetterTopic = name + ".events.dlq",
    };

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static int? Number(string[] arguments, string name, int otherwise)
    {
        var index = Array.IndexOf(arguments, name);
        if (index < 0)
            return otherwise;
        return index + 1 < arguments.Length && int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;
    }

    /// <summary>Says when the first record comes.</summary>
    private sealed class FirstRecord(IRecordHandler inner, Action first) : IRecordHandler
    {
        private bool isFirst = true;

        public Outcome Process(in RawRecord record, IAuditEventOutput output)
        {
            if (isFirst)
                first();
            isFirst = false;
            return inner.Process(record, output);
        }
    }

    /// <summary>Keeps events, or drops them.</summary>
    private sealed class Kept : IAuditEventOutput
    {
        public bool Keeps { get; init; }

        public List<Message<byte[]?, byte[]?>> Messages { get; } = [];

        public void Emit(AuditEvent auditEvent)
        {
            if (!Keeps)
                return;
            var headers = new Headers();
            foreach (var header in auditEvent.Headers)
                headers.Add(header.Name, header.Value?.ToArray());
            headers.Add("auditstream-processed-at", "2026-01-01T00:00:00.000Z"u8.ToArray());
            Messages.Add(new Message<byte[]?, byte[]?> { Key = auditEvent.Key.ToArray(), Value = auditEvent.Value.ToArray(),
                Headers = headers });
        }
    }
}
