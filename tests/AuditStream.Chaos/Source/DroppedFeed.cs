using Confluent.Kafka;

namespace AuditStream.Chaos.Source;

/// <summary>Writes records to the raw topics in transactions that are dropped: nobody may ever make an event of them.</summary>
internal sealed class DroppedFeed(string bootstrapServers)
{
    private const int RecordsOfOne = 6;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private int last;

    /// <summary>How many transactions were dropped.</summary>
    internal int Transactions { get; private set; }

    /// <summary>Does it again and again until told to stop.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Between);
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Run(DropOne, CancellationToken.None);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    // A broker that is away makes it fail now and then: the transaction is dropped by the broker instead.
    private void DropOne()
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            TransactionalId = "chaos-source-that-drops",
            TransactionTimeoutMs = (int)CallLimit.TotalMilliseconds,
            MessageTimeoutMs = (int)CallLimit.TotalMilliseconds,
        }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        try
        {
            producer.InitTransactions(CallLimit);
            producer.BeginTransaction();
            for (var record = 0; record < RecordsOfOne; record++)
            {
                var item = MadeSource.Dropped(--last);
                producer.Produce(item.Topic, new Message<byte[], byte[]?> { Key = item.Key, Value = item.Value });
            }
            producer.Flush(CallLimit);
            producer.AbortTransaction(CallLimit);
            Transactions++;
        }
        catch (KafkaException)
        {
            return;
        }
    }
}
