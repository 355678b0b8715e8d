namespace AuditStream.Core.Protect;

/// <summary>One rule of the field policy. Upper and lower case differ for Keep only: what hides reaches names in letters of any case.</summary>
public sealed record ProtectRule
{
    /// <summary>The greatest number of characters of a pattern.</summary>
    public const int MaximumPatternCharacters = 256;

    /// <summary>Which tables: <c>schema.table</c>, without schema <c>database.table</c>; <c>*</c> stands for any number of characters.</summary>
    /// <remarks>The word <c>message</c> (or a pattern that matches it) with column <c>content</c> reaches the content of logical messages.</remarks>
    public required string Table { get; init; }

    /// <summary>Which columns; <c>*</c> stands for any number of characters.</summary>
    public required string Column { get; init; }

    /// <summary>Keep, Drop or Mask.</summary>
    public required FieldAction Action { get; init; }
}
