using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The shapes of a table's rows or keys: found by the names of their columns, one after the other as written.</summary>
/// <remarks>Most tables have one. Where a source leaves columns out that are null, as DMS does, each set of them is a shape.</remarks>
internal sealed class RowShapeCache
{
    /// <summary>How many shapes are kept, 1 to 2 kB each for 12 columns; then all are forgotten and worked out again.</summary>
    public const int MaxShapes = 256;

    private readonly Dictionary<int, RowShape> byNames = [];
    private RowShape? last;

    /// <summary>The shape of an object of these members; null when it can be none: see <see cref="RowShape.Of"/>.</summary>
    public RowShape? Find(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ConnectSchema? schema)
    {
        if (last is not null && last.Matches(text, members, schema))
            return last;
        var hash = HashOf(text, members, schema);
        if (byNames.TryGetValue(hash, out var known) && known.Matches(text, members, schema))
            return last = known;
        var shape = RowShape.Of(text, members, schema);
        if (shape is null)
            return null;
        if (byNames.Count == MaxShapes)
            byNames.Clear();
        byNames[hash] = shape;
        return last = shape;
    }

    private static int HashOf(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ConnectSchema? schema)
    {
        var hash = default(HashCode);
        hash.Add(schema);
        foreach (ref readonly var member in members)
        {
            hash.AddBytes(member.NameOf(text));
            hash.Add(member.NameLength);
        }

        return hash.ToHashCode();
    }
}
