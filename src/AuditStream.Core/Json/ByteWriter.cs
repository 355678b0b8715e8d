using System.Buffers;

namespace AuditStream.Core.Json;

/// <summary>A growing buffer of bytes that is reused: cleared, never shrunk below its working size.</summary>
/// <remarks>Spans and memories taken from it are valid until the next write or clear.</remarks>
public sealed class ByteWriter : IBufferWriter<byte>
{
    private byte[] buffer;
    private int length;

    /// <summary>Makes a writer with room for so many bytes.</summary>
    public ByteWriter(int capacity = 4096) => buffer = new byte[capacity];

    /// <summary>How many bytes are written.</summary>
    public int Length => length;

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    /// <summary>What is written, as memory.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, length);

    /// <summary>Forgets everything written.</summary>
    public void Clear() => length = 0;

    /// <summary>Forgets what was written after so many bytes.</summary>
    public void Truncate(int newLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)newLength, (uint)length);
        length = newLength;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (buffer.Length - length < bytes.Length)
            Grow(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        if (length == buffer.Length)
            Grow(1);
        buffer[length++] = value;
    }

    /// <summary>Puts bytes in before what stands at a place.</summary>
    public void Insert(int place, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)place, (uint)length);
        if (buffer.Length - length < bytes.Length)
            Grow(bytes.Length);
        buffer.AsSpan(place, length - place).CopyTo(buffer.AsSpan(place + bytes.Length));
        bytes.CopyTo(buffer.AsSpan(place));
        length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(buffer.Length - length));
        length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (buffer.Length - length < Math.Max(sizeHint, 1))
            Grow(Math.Max(sizeHint, 1));
        return buffer.AsMemory(length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Grow(int more) => Array.Resize(ref buffer, checked(Math.Max(length + more, 2 * buffer.Length)));
}
