using AuditStream.Core.Decode;
using AuditStream.Core.Emit;

namespace AuditStream.Core.Normalize;

/// <summary>The texts of a record's events, until all of them are made.</summary>
/// <remarks>In large pieces: an object with buffers of its own for each event of a record that has thousands costs more than to make the
/// event, because the collector moves each of them several times.</remarks>
internal sealed class EventBacklog
{
    /// <summary>How large a piece is, in bytes; an event that is larger gets one of its own size.</summary>
    private const int PieceBytes = 256 * 1024;

    private readonly List<(ChangeFacts Facts, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Key)> events = [];
    private byte[] piece = [];
    private int used;

    /// <summary>How many events there are.</summary>
    public int Count => events.Count;

    /// <summary>What is known of an event's change, and the event's value and key.</summary>
    public (ChangeFacts Facts, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Key) this[int index] => events[index];

    /// <summary>Keeps a copy of an event's texts; the facts must stay as they are.</summary>
    public void Add(ChangeFacts facts, AuditEvent auditEvent)
    {
        var value = auditEvent.Value.Span;
        var key = auditEvent.Key.Span;
        var length = value.Length + key.Length;
        if (piece.Length - used < length)
        {
            piece = GC.AllocateUninitializedArray<byte>(Math.Max(PieceBytes, length));
            used = 0;
        }

        var room = piece.AsMemory(used, length);
        value.CopyTo(room.Span);
        key.CopyTo(room.Span[value.Length..]);
        events.Add((facts, room[..value.Length], room[value.Length..]));
        used += length;
    }

    /// <summary>Forgets the events; the room of a large record is given back.</summary>
    public void Clear()
    {
        if (events.Count == 0)
            return;
        events.Clear();
        if (events.Capacity > PieceBytes / 64)
            events.Capacity = 0;
        if (piece.Length > PieceBytes)
            piece = [];
        used = 0;
    }
}
