using System.Diagnostics;
using Confluent.Kafka;

namespace AuditStream.Chaos.Source;

/// <summary>Writes the source's records to the raw topics, in order and each once, whatever happens to the brokers.</summary>
internal sealed class RawFeed : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(180);

    private readonly IProducer<byte[], byte[]?> producer;
    private Error? refused;
    private long written;

    internal RawFeed(string bootstrapServers) => producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        MessageTimeoutMs = (int)FlushLimit.TotalMilliseconds,
        LingerMs = 5,
        ReconnectBackoffMaxMs = 1000,
        Partitioner = Partitioner.Murmur2Random,
        DeliveryReportFields = "status",
    }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();

    /// <summary>How many records the brokers have taken.</summary>
    internal long Written => Interlocked.Read(ref written);

    /// <summary>Writes records at a steady rate.</summary>
    /// <param name="next">Makes the next record.</param>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="isOver">Told how many there were, says whether that is all.</param>
    internal async Task SteadilyAsync(Func<RawItem> next, double perSecond, Func<long, bool> isOver)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Tick);
        for (var sent = 0L; !isOver(sent);)
        {
            for (var due = (long)(perSecond * clock.Elapsed.TotalSeconds); sent < due; sent++)
                Write(next());
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        Flush();
    }

    /// <summary>Writes all of these records now.</summary>
    internal void All(IEnumerable<RawItem> items)
    {
        foreach (var item in items)
            Write(item);
        Flush();
    }

    /// <summary>Waits until the brokers have taken everything.</summary>
    /// <exception cref="InvalidOperationException">They did not: the run shows nothing then.</exception>
    internal void Flush()
    {
        if (producer.Flush(FlushLimit) > 0 || refused is not null)
            throw new InvalidOperationException($"Writing raw records failed: {refused?.Reason ?? "the brokers did not take them in time"}");
    }

    /// <summary>Hands a record to the client.</summary>
    internal void Write(RawItem item)
    {
        while (true)
        {
            try
            {
                producer.Produce(item.Topic, new Message<byte[], byte[]?> { Key = item.Key, Value = item.Value }, Delivered);
                return;
            }
            catch (ProduceException<byte[], byte[]?> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(Tick);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => producer.Dispose();

    private void Delivered(DeliveryReport<byte[], byte[]?> report)
    {
        if (report.Error.IsError)
            refused = report.Error;
        else
            Interlocked.Increment(ref written);
    }
}
