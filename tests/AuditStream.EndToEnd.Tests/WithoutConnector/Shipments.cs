using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A source that tells where its transactions end: raw records of two tables, and the ends beside them, as Debezium writes them with
/// <c>provide.transaction.metadata</c>. Written in Kafka transactions, of which some are dropped.</summary>
internal sealed class Shipments(string bootstrapServers, string name) : IDisposable
{
    private const long FirstCommitMilliseconds = 1_767_225_600_000;
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);
    private readonly IProducer<string, string?> producer = Begin(bootstrapServers, name);
    private long last;

    /// <summary>The raw topics of the tables.</summary>
    internal static string[] Tables(string name) => [$"{name}.public.boxes", $"{name}.public.items"];

    /// <summary>The raw topic of the transactions' ends.</summary>
    internal static string Ends(string name) => $"{name}.transaction";

    /// <summary>How many changes were written in Kafka transactions that were committed.</summary>
    internal long Changes { get; private set; }

    /// <summary>How many ends of source transactions were.</summary>
    internal long Transactions { get; private set; }

    /// <summary>Writes source transactions of one box and two items each, with their ends, in one Kafka transaction.</summary>
    /// <param name="transactions">How many.</param>
    /// <param name="isDropped">Whether the Kafka transaction is dropped: nobody shall see anything of it.</param>
    internal void Send(int transactions, bool isDropped = false)
    {
        producer.BeginTransaction();
        for (var number = 0; number < transactions; number++)
        {
            SendChanges();
            SendEnd(boxes: 1, items: 2);
        }
        producer.Flush(limit);
        if (isDropped)
        {
            producer.AbortTransaction(limit);
            return;
        }
        producer.CommitTransaction(limit);
        Count(transactions * 3, transactions);
    }

    /// <summary>Writes the end of the next transaction, and not what happened in it.</summary>
    internal void SendEndAlone()
    {
        Commit(() =>
        {
            last++;
            SendEnd(boxes: 1, items: 2);
        });
        Count(changes: 0, transactions: 1);
    }

    /// <summary>Writes what happened in the last transaction, behind its end.</summary>
    internal void SendChangesLate()
    {
        last--;
        Commit(() => SendChanges());
        Count(changes: 3, transactions: 0);
    }

    /// <summary>Begins a Kafka transaction, and leaves it open.</summary>
    internal void SendAndLeaveOpen()
    {
        producer.BeginTransaction();
        SendChanges();
        producer.Flush(limit);
    }

    /// <summary>Ends the transaction that was left open.</summary>
    internal void CommitOpen()
    {
        SendEnd(boxes: 1, items: 2);
        producer.CommitTransaction(limit);
        Count(changes: 3, transactions: 1);
    }

    /// <summary>What was written so far cannot be read any more, but for the ends of its transactions.</summary>
    internal void ForgetChanges() => Changes = 0;

    /// <inheritdoc/>
    public void Dispose() => producer.Dispose();

    private static IProducer<string, string?> Begin(string bootstrapServers, string name)
    {
        var producer = new ProducerBuilder<string, string?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers, TransactionalId = $"{name}-source", LingerMs = 2,
        }).Build();
        producer.InitTransactions(limit);
        return producer;
    }

    private void Count(long changes, long transactions)
    {
        Changes += changes;
        Transactions += transactions;
    }

    private void Commit(Action send)
    {
        producer.BeginTransaction();
        send();
        producer.Flush(limit);
        producer.CommitTransaction(limit);
    }

    private void SendChanges()
    {
        last++;
        SendChange("boxes", last, order: 1);
        SendChange("items", last * 2, order: 2);
        SendChange("items", (last * 2) + 1, order: 3);
    }

    private void SendChange(string table, long id, int order) => Produce($"{name}.public.{table}", Text($"{{\"id\":{id}}}"), Text($$"""
        {"before":null,"after":{"id":{{id}},"n":{{last}},"text":"a\u0000b -0.0"},"source":{"version":"3.5.0.Final","connector":"postgresql","name":"{{name}}",
        """) + Text($$"""
        "ts_ms":{{FirstCommitMilliseconds + last}},"snapshot":"false","db":"shop","schema":"public","table":"{{table}}","txId":{{last}},"lsn":{{(last * 10) + order}},"xmin":null},
        """) + Text($$"""
        "transaction":{"id":"{{last}}:{{last * 10}}","total_order":{{order}},"data_collection_order":{{Math.Max(1, order - 1)}}},"op":"c","ts_ms":{{FirstCommitMilliseconds + last}}}
        """));

    private void SendEnd(int boxes, int items) => Produce(Ends(name), Text($"{{\"id\":\"{last}:{last * 10}\"}}"), Text($$"""
        {"status":"END","id":"{{last}}:{{last * 10}}","event_count":{{boxes + items}},"data_collections":[{"data_collection":"public.boxes","event_count":{{boxes}}},
        """) + Text($$"""
        {"data_collection":"public.items","event_count":{{items}}}],"ts_ms":{{FirstCommitMilliseconds + last}}}
        """));

    private void Produce(string topic, string key, string value) => producer.Produce(topic, new Message<string, string?> { Key = key, Value = value });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
