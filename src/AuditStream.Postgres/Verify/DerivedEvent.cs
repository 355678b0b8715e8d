namespace AuditStream.Postgres.Verify;

/// <summary>An event that a raw record gives when it is processed again.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="OccurredAtMilliseconds">Its instant, milliseconds since the Unix epoch.</param>
/// <param name="EventUid">The whole hash behind the id, 32 bytes.</param>
/// <param name="FactScheme">The scheme of the fact hash.</param>
/// <param name="FactHash">The hash of its facts, 32 bytes.</param>
/// <param name="Topic">The raw record's topic.</param>
/// <param name="Partition">The raw record's partition.</param>
/// <param name="Offset">The raw record's offset.</param>
public sealed record DerivedEvent(
    Guid EventId, long OccurredAtMilliseconds, byte[] EventUid, short FactScheme, byte[] FactHash, string Topic, int Partition, long Offset);
