using AuditStream.Simulation.Breaks;

namespace AuditStream.Simulation.Model;

/// <summary>A disk with a store of row images for each partition, which outlives processes: what was written is there after a crash, and after a loss
/// of power all of it up to some batch.</summary>
internal sealed class ModelDisk
{
    /// <summary>How many batches at the end may not have reached the disk when the power goes.</summary>
    private const int MaxUnsynced = 6;

    private readonly Dictionary<int, List<StoredBatch>> stores = [];
    private readonly Dictionary<int, ModelImageStore> owners = [];

    /// <summary>Until when it takes nothing.</summary>
    internal TimeSpan FullUntil { get; set; }

    /// <summary>Who has a store open keeps others out until it closes it, or its process dies.</summary>
    internal bool TryTake(int partition, ModelImageStore store)
    {
        var isTaken = owners.TryGetValue(partition, out var owner) && owner != store && !owner.Process.IsDead;
        if (isTaken && !Break.Is(7))
            return false;
        if (isTaken)
            store.Process.History.Breach($"the images of partition {partition} are open in {owner?.Process.Name} and in {store.Process.Name} at once (7)");
        owners[partition] = store;
        return true;
    }

    internal void GiveBack(int partition, ModelImageStore store)
    {
        if (owners.GetValueOrDefault(partition) == store)
            owners.Remove(partition);
    }

    /// <summary>What was written, in its order.</summary>
    internal List<StoredBatch> Of(int partition)
    {
        if (!stores.TryGetValue(partition, out var batches))
            stores.Add(partition, batches = []);
        return batches;
    }

    /// <summary>The power goes: of each store that no living process has, the end may be missing.</summary>
    internal void LosePower(Random random)
    {
        foreach (var (partition, batches) in stores)
        {
            if (owners.GetValueOrDefault(partition) is { Process.IsDead: false })
                continue;
            var lost = Math.Min(batches.Count, random.Next(MaxUnsynced));
            batches.RemoveRange(batches.Count - lost, lost);
        }
    }

    /// <summary>One write: all of it is there, or nothing.</summary>
    internal sealed record StoredBatch(IReadOnlyList<KeyValuePair<byte[], byte[]?>> Images, long? Checkpoint);
}
