namespace AuditStream.Core.Decode.Connect;

/// <summary>One node of a Kafka Connect schema. Immutable, cached, shared.</summary>
internal sealed class ConnectSchema
{
    /// <summary>The canonical type of its values.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>How its values stand in JSON.</summary>
    public required ValueCoding Coding { get; init; }

    /// <summary>True when null is allowed.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The declared default as it stands in the schema; null when there is none.</summary>
    public byte[]? Default { get; init; }

    /// <summary>Fraction digits of a decimal; may be negative.</summary>
    public int Scale { get; init; }

    /// <summary>Bits of a bit string; 0 when not declared.</summary>
    public int Length { get; init; }

    /// <summary>Smallest value of a 32-bit or smaller integer.</summary>
    public int Minimum { get; init; } = int.MinValue;

    /// <summary>Largest value of a 32-bit or smaller integer.</summary>
    public int Maximum { get; init; } = int.MaxValue;

    /// <summary>The fields of a struct.</summary>
    public ConnectSchema[] Fields { get; init; } = [];

    /// <summary>The fields' names, UTF-8.</summary>
    public byte[][] FieldNames { get; init; } = [];

    /// <summary>The elements of an array, the values of a map.</summary>
    public ConnectSchema? Items { get; init; }

    /// <summary>The same type where it is optional or not, and has another default.</summary>
    public ConnectSchema With(bool isOptional, byte[]? byDefault) => new()
    {
        Type = Type,
        Coding = Coding,
        IsOptional = isOptional,
        Default = byDefault,
        Scale = Scale,
        Length = Length,
        Minimum = Minimum,
        Maximum = Maximum,
        Fields = Fields,
        FieldNames = FieldNames,
        Items = Items,
    };

    /// <summary>A struct's field by name; null when it has none of that name.</summary>
    /// <param name="name">UTF-8, without escapes.</param>
    /// <param name="hint">Where it is probably found.</param>
    public ConnectSchema? Field(ReadOnlySpan<byte> name, int hint = 0)
    {
        if ((uint)hint < (uint)FieldNames.Length && name.SequenceEqual(FieldNames[hint]))
            return Fields[hint];
        for (var index = 0; index < FieldNames.Length; index++)
        {
            if (name.SequenceEqual(FieldNames[index]))
                return Fields[index];
        }

        return null;
    }
}
