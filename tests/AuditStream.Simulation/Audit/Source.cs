using System.Text;
using AuditStream.Simulation.Model;

namespace AuditStream.Simulation.Audit;

/// <summary>Writes the raw topics over time, some of it in transactions, and remembers what it wrote; there may come more topics and
/// partitions.</summary>
internal sealed class Source
{
    private const int MaxGrowths = 3;
    private static readonly double[] spreadsInSeconds = [0, 4, 20, 45];
    private static readonly TimeSpan longestTransaction = TimeSpan.FromSeconds(2);
    private readonly ModelBroker broker;
    private readonly List<PartitionLog> logs = [];
    private readonly List<SourceRecord> written = [];
    private readonly bool hasHuge;
    private long producers = 1_000_000;
    private int serials;
    private int left;

    internal Source(ModelBroker broker, Shape shape, int records)
    {
        this.broker = broker;
        left = records;
        logs.AddRange(broker.LogsOf(shape.SourceTopic));
        hasHuge = broker.Random.Next(4) == 0;
        var spread = TimeSpan.FromSeconds(spreadsInSeconds[broker.Random.Next(spreadsInSeconds.Length)]);
        for (var record = 0; record < records; record++)
            broker.After(broker.Up(spread), Write);
        for (var growth = shape.Grows ? 1 + broker.Random.Next(MaxGrowths) : 0; growth > 0; growth--)
            broker.After(broker.Up(spread), Grow);
    }

    /// <summary>What it has written, in order per partition; what it dropped is left out.</summary>
    internal IReadOnlyList<SourceRecord> Written => written;

    /// <summary>True when all is written and every transaction of it has ended.</summary>
    internal bool IsOver => left == 0 && logs.TrueForAll(log => log.LastStableOffset == log.End);

    private void Grow()
    {
        var topic = broker.Random.Next(2) == 0 ? ModelBroker.RawTopic : ModelBroker.RawTopic + "-more";
        broker.AddPartitions(topic, 1);
        logs.Add(broker.LogsOf(topic)[^1]);
    }

    private void Write()
    {
        left--;
        var log = logs[broker.Random.Next(logs.Count)];
        switch (broker.Random.Next(16))
        {
            case 0:
                var dropped = ++producers;
                Append(log, SourceKind.Aborted, dropped);
                broker.After(broker.Up(longestTransaction), () => Mark(log, dropped, isCommit: false));
                break;
            case 1:
                var committed = ++producers;
                Append(log, Draw(), committed);
                broker.After(broker.Up(longestTransaction), () => Mark(log, committed, isCommit: true));
                return;
        }
        Append(log, Draw(), producerId: -1);
    }

    private void Mark(PartitionLog log, long producerId, bool isCommit)
    {
        log.Mark(producerId, isCommit);
        broker.Changed();
    }

    private void Append(PartitionLog log, SourceKind kind, long producerId)
    {
        var row = SourceRecord.RowOf(log.Partition, broker.Random.Next(SourceRecord.RowsPerPartition));
        var record = new SourceRecord(++serials, log.Partition, log.End, kind, row);
        if (kind != SourceKind.Aborted)
            written.Add(record);
        log.Append(
            new ModelRecord(
                log.Partition, 0, Encoding.UTF8.GetBytes(record.Row), Encoding.UTF8.GetBytes(record.Value), [], 1_700_000_000_000 + log.End),
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
