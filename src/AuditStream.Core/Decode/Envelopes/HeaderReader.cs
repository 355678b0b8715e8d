using System.Buffers.Text;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Reads the headers of a Kafka record out of a Lambda event: objects of a name and the value's bytes as numbers, signed as Java's
/// are.</summary>
internal sealed class HeaderReader
{
    private readonly JsonTape tape = new();
    private readonly ByteWriter bytes = new(256);

    /// <summary>Reads a list of headers; none when it is missing or null.</summary>
    public Rejection? Read(ReadOnlySpan<byte> text, in JsonSlice slice, out IReadOnlyList<RecordHeader> headers)
    {
        headers = [];
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        if (slice.Token != JsonToken.Array)
            return Invalid(slice.Start);
        var read = new List<RecordHeader>();
        var walk = new ArrayWalk(text, slice.Start, tape);
        while (walk.Next())
        {
            foreach (ref readonly var member in tape.Outer)
            {
                if (!TryValue(text, member.Slice, out var value))
                    return Invalid(member.Start);
                read.Add(new RecordHeader(NameOf(text, member), value));
            }
        }

        headers = read;
        return walk.Fault;
    }

    private string NameOf(ReadOnlySpan<byte> text, in TapeMember member)
    {
        bytes.Clear();
        JsonText.Unescape(member.NameOf(text), bytes);
        return Encoding.UTF8.GetString(bytes.Written);
    }

    private bool TryValue(ReadOnlySpan<byte> text, in JsonSlice slice, out ReadOnlyMemory<byte>? value)
    {
        value = null;
        if (slice.Token == JsonToken.Null)
            return true;
        if (slice.Token != JsonToken.Array)
            return false;
        bytes.Clear();
        foreach (var part in slice.ContentOf(text).Split((byte)','))
        {
            var digits = slice.ContentOf(text)[part].Trim(" \t\r\n"u8);
            if (digits.IsEmpty && bytes.Length == 0)
                continue;
            if (!Utf8Parser.TryParse(digits, out int number, out var used) || used != digits.Length || number is < -128 or > 255)
                return false;
            bytes.Write(unchecked((byte)number));
        }

        value = bytes.Written.ToArray();
        return true;
    }

    private static Rejection Invalid(long at) =>
        new(RejectionCode.InvalidMember, "The headers of a wrapped record are no list of names with bytes.", at);
}
