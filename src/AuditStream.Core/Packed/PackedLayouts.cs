using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Packed;

/// <summary>Layouts in packed form, both ways: each is worked out once and found again by its bytes.</summary>
/// <remarks>A blob of: the number of columns, and for each its type (the highest bit says: hidden) and its name. One instance per task; not
/// thread-safe.</remarks>
internal sealed class PackedLayouts
{
    /// <summary>How many layouts are kept each way; then all are forgotten and worked out again.</summary>
    public const int MaxLayouts = 10_000;

    private const byte HiddenFlag = 0x80;
    private static readonly int Types = Enum.GetValues<ColumnType>().Length;

    private readonly Dictionary<ColumnLayout, byte[]> packed = [];
    private readonly Dictionary<byte[], ColumnLayout> byBytes = new(ByteKeyComparer.Instance);

    /// <summary>Appends a layout.</summary>
    public void Write(ByteWriter to, ColumnLayout layout)
    {
        if (!packed.TryGetValue(layout, out var bytes))
        {
            if (packed.Count == MaxLayouts)
                packed.Clear();
            packed.Add(layout, bytes = Pack(layout));
        }

        to.WriteBlob(bytes);
    }

    /// <summary>Reads a layout; an empty one when it cannot be read.</summary>
    public ColumnLayout Read(ref PackedReader reader)
    {
        var bytes = reader.Blob();
        if (!reader.IsSound)
            return ColumnLayout.Empty;
        var lookup = byBytes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(bytes, out var layout))
            return layout;
        layout = Unpack(bytes);
        if (layout is null)
        {
            reader.Refuse();
            return ColumnLayout.Empty;
        }

        if (byBytes.Count == MaxLayouts)
            byBytes.Clear();
        lookup[bytes] = layout;
        return layout;
    }

    private static byte[] Pack(ColumnLayout layout)
    {
        var to = new ByteWriter(256);
        to.WriteNumber((ulong)layout.Count);
        for (var column = 0; column < layout.Count; column++)
        {
            to.Write((byte)((byte)layout.Types[column] | (layout.IsHidden(column) ? HiddenFlag : 0)));
            to.WriteText(layout.Names[column]);
        }

        return to.Written.ToArray();
    }

    private static ColumnLayout? Unpack(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var count = reader.Count();
        // Each column takes two bytes at least.
        if (count > bytes.Length / 2)
            return null;
        var (names, types, hidden) = (new string[count], new ColumnType[count], new bool[count]);
        for (var column = 0; column < count; column++)
        {
            var type = reader.Byte();
            hidden[column] = (type & HiddenFlag) != 0;
            types[column] = (ColumnType)(type & ~HiddenFlag);
            names[column] = reader.Text() ?? "";
            if ((type & ~HiddenFlag) >= Types || (column > 0 && string.CompareOrdinal(names[column - 1], names[column]) >= 0))
                reader.Refuse();
        }

        return reader.IsDone
            ? new ColumnLayout(names, Array.ConvertAll(names, JsonText.Quote), types, Array.IndexOf(hidden, true) < 0 ? null : hidden)
            : null;
    }
}
