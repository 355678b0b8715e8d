namespace AuditStream.Core.Protect;

/// <summary>What a policy does to a column. The wire name is the member's name in lower case, <c>keyed_hash</c> for the last.</summary>
public enum FieldAction : byte
{
    /// <summary>The column passes as it is.</summary>
    Keep,

    /// <summary>The column's values are left out; its name stays in <c>changed</c> and <c>changes</c>.</summary>
    Drop,

    /// <summary>Every value that was delivered, NULL too, becomes the text <c>***</c>.</summary>
    Mask,

    /// <summary>What Drop and Mask become for a column of the row's key: the value becomes a hash under the identity key, so that the
    /// changes of a row still belong together. No rule asks for it by name.</summary>
    KeyedHash,
}
