using System.Text;
using AuditStream.Simulation.Model;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Audit;

/// <summary>Writes the raw topics over time, some of it in transactions, and remembers what it wrote.</summary>
internal sealed class Source
{
    private const int RowsPerPartition = 6;
    private static readonly double[] spreadsInSeconds = [0, 4, 20, 45];
    private static readonly TimeSpan longestTransaction = TimeSpan.FromSeconds(2);
    private readonly ModelBroker broker;
    private readonly List<SourceRecord> written = [];
    private readonly bool hasHuge;
    private long producers = 1_000_000;
    private int left;

    internal Source(ModelBroker broker, int records)
    {
        this.broker = broker;
        Records = left = records;
        hasHuge = broker.Random.Next(4) == 0;
        var spread = TimeSpan.FromSeconds(spreadsInSeconds[broker.Random.Next(spreadsInSeconds.Length)]);
        for (var record = 0; record < records; record++)
            broker.After(broker.Up(spread), Write);
    }

    /// <summary>How many it writes, those left out that it aborts.</summary>
    internal int Records { get; }

    /// <summary>What it has written, in order per partition.</summary>
    internal IReadOnlyList<SourceRecord> Written => written;

    /// <summary>True when all is written and every transaction of it has ended.</summary>
    internal bool IsOver => left == 0 && broker.RawPartitions.All(partition => broker.Log(partition).LastStableOffset == broker.Log(partition).End);

    private void Write()
    {
        left--;
        var partition = broker.RawPartitions[broker.Random.Next(broker.RawPartitions.Count)];
        switch (broker.Random.Next(16))
        {
            case 0:
                var dropped = ++producers;
                Append(partition, SourceKind.Aborted, dropped);
                broker.After(broker.Up(longestTransaction), () => Mark(partition, dropped, isCommit: false));
                break;
            case 1:
                var committed = ++producers;
                Append(partition, Draw(), committed);
                broker.After(broker.Up(longestTransaction), () => Mark(partition, committed, isCommit: true));
                return;
        }
        Append(partition, Draw(), producerId: -1);
    }

    private void Mark(TopicPartition partition, long producerId, bool isCommit)
    {
        broker.Log(partition).Mark(producerId, isCommit);
        broker.Changed();
    }

    private void Append(TopicPartition partition, SourceKind kind, long producerId)
    {
        var log = broker.Log(partition);
        var record = new SourceRecord(partition, log.End, kind, FormattableString.Invariant($"{partition}/{broker.Random.Next(RowsPerPartition)}"));
        if (kind != SourceKind.Aborted)
            written.Add(record);
        log.Append(
            new ModelRecord(partition, 0, Encoding.UTF8.GetBytes(record.Row), Encoding.UTF8.GetBytes(kind.ToString()), [], 1_700_000_000_000 + log.End),
            producerId, epoch: 0, isTransactional: producerId >= 0);
        broker.Changed();
    }

    private SourceKind Draw() => broker.Random.Next(100) switch
    {
        < 8 => SourceKind.Twice,
        < 15 => SourceKind.Skip,
        < 22 => SourceKind.Poison,
        < 24 when hasHuge => SourceKind.Huge,
        _ => SourceKind.Row,
    };
}
