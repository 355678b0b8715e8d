using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The last shapes of a table's rows or keys.</summary>
internal sealed class RowShapeCache
{
    /// <summary>How many shapes are kept; the oldest goes.</summary>
    public const int MaxShapes = 8;

    private readonly RowShape?[] shapes = new RowShape?[MaxShapes];
    private int newest;

    /// <summary>The shape of an object of these members; null when it can be none: see <see cref="RowShape.Of"/>.</summary>
    public RowShape? Find(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ConnectSchema? schema)
    {
        for (var step = 0; step < MaxShapes; step++)
        {
            var known = shapes[(newest - step) & (MaxShapes - 1)];
            if (known is null)
                break;
            if (known.Matches(text, members, schema))
                return known;
        }

        var shape = RowShape.Of(text, members, schema);
        if (shape is null)
            return null;
        newest = (newest + 1) & (MaxShapes - 1);
        return shapes[newest] = shape;
    }
}
