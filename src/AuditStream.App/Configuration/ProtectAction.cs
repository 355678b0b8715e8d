namespace AuditStream.App.Configuration;

/// <summary>What a rule of the field policy does with a column's values.</summary>
public enum ProtectAction
{
    /// <summary>The values stay as they are.</summary>
    Keep,

    /// <summary>The column is left out.</summary>
    Drop,

    /// <summary>The values are replaced by a mask.</summary>
    Mask,
}
