namespace AuditStream.Core.Chain;

/// <summary>One thing that is wrong, and where.</summary>
/// <param name="Kind">What.</param>
/// <param name="Shard">The chain; null when it is about none.</param>
/// <param name="Block">The block's number; null when it is about none.</param>
/// <param name="EventId">The row; null when it is about none, or cannot be named.</param>
/// <param name="StreamOffset">The row's offset in the final topic; null as before.</param>
/// <param name="Detail">One sentence without row values.</param>
public sealed record Damage(DamageKind Kind, int? Shard, long? Block, Guid? EventId, long? StreamOffset, string Detail);
