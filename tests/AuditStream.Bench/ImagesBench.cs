using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.RocksDb;
using AuditStream.Streams;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using AuditStream.Testing;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Bench;

/// <summary>Row images: how fast a store takes and finds them, and how fast a worker reads them back from a changelog on a real broker, in memory and
/// on disk; then once more from the disk, with nothing new in the changelog.</summary>
internal static class ImagesBench
{
    private const int ImageBytes = 600;
    private const int BatchImages = 1_000;
    private const int Partitions = 4;
    private const string ApplicationId = "bench-images";
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(600);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var images = 1_000_000;
        if (arguments is not [] && (arguments is not ["--images", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out images)
            || images is < 10_000 or > 100_000_000))
        {
            await Console.Error.WriteLineAsync("auditstream-bench images [--images N]: N from 10000 to 100000000.");
            return 2;
        }
        if (!RocksDbLibrary.IsThere || SharedFolder.KafkaScript is null)
        {
            await Console.Error.WriteLineAsync("Row images are measured with librocksdb and on a real broker (shared/kafka): one of them is not here.");
            return 3;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{images:N0} images of {ImageBytes} B; .NET {Environment.Version}, {Environment.ProcessorCount} processors, the broker's included."));
        Console.WriteLine();
        Console.WriteLine("| what                       | memory, images/s | disk, images/s |");
        Console.WriteLine("|----------------------------|-----------------:|---------------:|");
        using var stores = new TemporaryFolder("bench-images");
        using (var folder = Take(stores.Path))
        {
            using var memory = new MemoryImageStore(new ImageMemory(long.MaxValue));
            using var disk = folder.Store("stores", 0);
            disk.Open();
            Print("put, batches of 1,000", Put(memory, images), Put(disk, images));
            Print("get, at random", Get(memory, images), Get(disk, images));
        }
        await using var cluster = await KafkaCluster.StartAsync(brokers: 1, port: null, "group.initial.rebalance.delay.ms=0");
        var settings = Settings(cluster.BootstrapServers);
        await cluster.CreateTopicsAsync(Partitions, [settings.ChangelogTopic], new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["max.message.bytes"] = settings.MaxOwnMessageBytes.ToString(CultureInfo.InvariantCulture),
        });
        Fill(cluster.BootstrapServers, settings.ChangelogTopic, images);
        var inMemory = await RestoreAsync(settings, images, _ => new MemoryImageStore(new ImageMemory(long.MaxValue)));
        using (var folder = Take(stores.Path))
        {
            var onDisk = await RestoreAsync(settings with { ImagesOnDisk = true }, images, task => folder.Store(task.SubTopology, task.Partition));
            Print("restore from the changelog", inMemory, onDisk);
            var again = Stopwatch.StartNew();
            await RestoreAsync(settings with { ImagesOnDisk = true }, images, task => folder.Store(task.SubTopology, task.Partition));
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Again from the disk, the join of the group included: {again.Elapsed.TotalSeconds:F2} s."));
        }
        return 0;
    }

    private static ImageFolder Take(string path) => ImageFolder.Take(
        new RocksDbSettings { Folder = path, ApplicationId = ApplicationId, MaxStores = Partitions }, TimeProvider.System, NullLogger.Instance);

    private static StreamsSettings Settings(string servers) => new()
    {
        BootstrapServers = servers,
        ApplicationId = ApplicationId,
        RawTopics = ["bench.none"],
        KeepsImages = true,
        ImagePartitions = Partitions,
        ReplicationFactor = 1,
    };

    private static double Put(IRowImageStore store, int images)
    {
        var clock = Stopwatch.StartNew();
        for (var first = 0; first < images; first += BatchImages)
        {
            var rows = Enumerable.Range(first, Math.Min(BatchImages, images - first));
            store.Write([.. rows.Select(row => new KeyValuePair<byte[], byte[]?>(Address(row), Image(row)))], first);
        }
        return images / clock.Elapsed.TotalSeconds;
    }

    private static double Get(IRowImageStore store, int images)
    {
        var random = new Random(1);
        var found = 0;
        var clock = Stopwatch.StartNew();
        for (var look = 0; look < images; look++)
            found += store.TryGet(Address(random.Next(images)), out _) ? 1 : 0;
        return found == images ? images / clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"Looking for {images} images found {found}.");
    }

    private static void Fill(string servers, string topic, int images)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers, EnableIdempotence = true, LingerMs = 50, BatchSize = 1_000_000, EnableDeliveryReports = false,
        }).Build();
        for (var row = 0; row < images; row++)
        {
            var message = new Message<byte[], byte[]> { Key = Address(row), Value = Image(row) };
            for (var isTaken = false; !isTaken;)
            {
                try
                {
                    producer.Produce(new Confluent.Kafka.TopicPartition(topic, row % Partitions), message);
                    isTaken = true;
                }
                catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Flush(TimeSpan.FromSeconds(1));
                }
            }
        }
        producer.Flush(limit);
    }

    private static async Task<double> RestoreAsync(StreamsSettings settings, int images, Func<Streams.Tasks.TaskId, IRowImageStore> stores)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (restored, begin, end) = (0, double.MaxValue, 0.0);
        var clock = Stopwatch.StartNew();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "auditstream.images.restore.duration")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, took, _, _) =>
        {
            end = clock.Elapsed.TotalSeconds; // tasks take turns: from the first one's beginning to the last one's end
            begin = Math.Min(begin, end - took);
            Interlocked.Increment(ref restored);
        });
        listener.Start();
        using var stop = new CancellationTokenSource(limit);
        var worker = new ImagesWorker(
            settings,
            new KafkaClientFactory(settings, authentication: null, NullLoggerFactory.Instance),
            task => new Idle(stores(task)),
            account: null,
            new StreamsMetrics(services.GetRequiredService<IMeterFactory>()),
            NullLoggerFactory.Instance,
            TimeProvider.System);
        var running = worker.RunAsync(stop.Token);
        await Eventually.HoldsAsync("the restore", limit, () => Volatile.Read(ref restored) == Partitions || running.IsCompleted);
        await stop.CancelAsync();
        await running;
        return restored == Partitions ? images / (end - begin) : throw new InvalidOperationException("The worker ended before its tasks were restored.");
    }

    private static byte[] Address(int row) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"[\"shop\",1,\"shopdb\",\"public\",\"orders\",{{\"id\":\"{row}\"}}]"));

    // Half of it repeats, as in rows.
    private static byte[] Image(int row)
    {
        var image = new byte[ImageBytes];
        new Random(row).NextBytes(image.AsSpan(0, ImageBytes / 2));
        return image;
    }

    private static void Print(string what, double memory, double disk) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what,-26} | {memory,16:N0} | {disk,14:N0} |"));

    /// <summary>A handler whose topic is empty.</summary>
    private sealed class Idle(IRowImageStore store) : IImageHandler
    {
        public ImageBuffer Images { get; } = new(store);

        public ImageLookups Lookups => default;

        public Outcome Process(in RawRecord record, IAuditEventOutput output) => throw new InvalidOperationException("Nothing is to be processed.");

        public void Abort() => Images.Abort();

        public void Dispose() => Images.Dispose();
    }
}
