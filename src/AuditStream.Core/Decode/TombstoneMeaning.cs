namespace AuditStream.Core.Decode;

/// <summary>What a null value means on a source's topics. The wire name is the member's name in lower case.</summary>
public enum TombstoneMeaning : byte
{
    /// <summary>A change beside it tells of the delete: the null value is left out.</summary>
    Noise,

    /// <summary>It is all that is left of the delete (<c>delete.tombstone.handling.mode=tombstone</c> and <c>delete-to-tombstone</c>,
    /// <c>delete.handling.mode=none</c>).</summary>
    Delete,
}
