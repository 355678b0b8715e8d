using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>Collects what is wrong; keeps the first <see cref="MaxKept"/> and counts all.</summary>
internal sealed class DamageReport
{
    /// <summary>How many are kept.</summary>
    public const int MaxKept = 1_000;

    private readonly List<Damage> kept = [];

    /// <summary>The first ones.</summary>
    public IReadOnlyList<Damage> Kept => kept;

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    public void Add(DamageKind kind, int? shard, long? block, string detail, Guid? eventId = null, long? streamOffset = null)
    {
        Count++;
        if (kept.Count < MaxKept)
            kept.Add(new Damage(kind, shard, block, eventId, streamOffset, detail));
    }
}
