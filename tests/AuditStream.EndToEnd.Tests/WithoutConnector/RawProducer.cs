using Confluent.Kafka;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Writes raw records as a connector does: idempotent, in order.</summary>
internal sealed class RawProducer(string bootstrapServers, string topic) : IDisposable
{
    private const int PerTick = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(60);

    private readonly IProducer<byte[]?, byte[]?> _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        LingerMs = 2,
        MessageMaxBytes = 32 * 1024 * 1024,
    }).Build();

    private long _last;

    /// <summary>The number of the last item; items are numbered from 1 without gaps.</summary>
    internal long Last => Interlocked.Read(ref _last);

    /// <summary>Writes one record and waits for the broker.</summary>
    internal Task SendAsync(byte[]? key, byte[]? value, params (string Name, byte[] Value)[] headers)
    {
        var all = new Headers();
        foreach (var (name, content) in headers)
            all.Add(name, content);
        return _producer.ProduceAsync(topic, new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = all });
    }

    /// <summary>Writes the next items at once.</summary>
    internal void SendItems(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var id = Interlocked.Increment(ref _last);
            _producer.Produce(topic, new Message<byte[]?, byte[]?> { Key = ItemRecords.Key(id), Value = ItemRecords.Insert(id) });
        }
        _producer.Flush(FlushLimit);
    }

    /// <summary>Writes items at a steady rate (400 a second) until the task is over.</summary>
    internal async Task LoadWhileAsync(Task work)
    {
        using var timer = new PeriodicTimer(Tick);
        while (!work.IsCompleted)
        {
            SendItems(PerTick);
            await timer.WaitForNextTickAsync();
        }
        await work;
    }

    /// <summary>Writes items at a steady rate for a while.</summary>
    internal async Task LoadForAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(Tick);
        for (var tick = 0; tick < time / Tick; tick++)
        {
            SendItems(PerTick);
            await timer.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();
}
