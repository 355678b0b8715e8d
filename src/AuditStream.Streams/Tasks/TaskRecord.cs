using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AuditStream.Streams.Tasks;

/// <summary>What a task's owner leaves for the next one, in each transaction: who it is, and where the ledger stands.</summary>
/// <remarks>
/// A record of the compacted topic <c>&lt;application.id&gt;-tasks</c>. Its key is the task's id as text, <c>normalize:shop.orders-3</c>. Its value:
/// <code>
///  byte 0      the format's version, 1
///  byte 1      length of the owner's name in bytes
///  then        the owner's name, UTF-8: its transactional id; empty under at_least_once
///  the rest    what the ledger keeps, opaque here; may be empty
///
///  01 0F 61756469742D63306666652D31... = version 1, 15 bytes, "audit-c0ffee-1…"
/// </code>
/// A version that is not known, as a newer release leaves it, counts as no record: its owner is not fenced, and the ledger begins anew.
/// </remarks>
/// <param name="Owner">The owner's transactional id; empty for one without transactions.</param>
/// <param name="Ledger">The ledger's bytes.</param>
internal sealed record TaskRecord(string Owner, ReadOnlyMemory<byte> Ledger)
{
    /// <summary>The longest name of an owner, in bytes: application id, process id, role and number fit.</summary>
    internal const int MaxOwnerBytes = byte.MaxValue;

    private const byte Version = 1;
    private const int HeaderBytes = 2;

    /// <summary>The key of a task's records.</summary>
    internal static byte[] Key(TaskId task) => Encoding.UTF8.GetBytes(task.ToString());

    /// <summary>The bytes of a value.</summary>
    internal byte[] ToBytes()
    {
        var length = Encoding.UTF8.GetByteCount(Owner);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxOwnerBytes);
        var bytes = new byte[HeaderBytes + length + Ledger.Length];
        bytes[0] = Version;
        bytes[1] = (byte)length;
        Encoding.UTF8.GetBytes(Owner, bytes.AsSpan(HeaderBytes));
        Ledger.Span.CopyTo(bytes.AsSpan(HeaderBytes + length));
        return bytes;
    }

    /// <summary>Reads a value; copies what it keeps.</summary>
    /// <returns>False for what is no such record, or of a version that is not known.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TaskRecord? record)
    {
        record = null;
        if (bytes.Length < HeaderBytes || bytes[0] != Version || bytes.Length < HeaderBytes + bytes[1])
            return false;
        var ledger = HeaderBytes + bytes[1];
        record = new TaskRecord(Encoding.UTF8.GetString(bytes[HeaderBytes..ledger]), bytes[ledger..].ToArray());
        return true;
    }
}
