using AuditStream.Core.Decode.Values;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Builds the object <c>detail</c> of what is no row: members of the record, in canonical form.</summary>
/// <remarks>Members must be added in code-unit order of their names.</remarks>
internal sealed class DetailWriter
{
    private readonly ByteWriter output = new();
    private readonly ValueConverter values;

    /// <summary>Makes a writer.</summary>
    public DetailWriter(ValueConverter values) => this.values = values;

    /// <summary>Starts an object.</summary>
    public void Begin()
    {
        output.Clear();
        output.Write((byte)'{');
    }

    /// <summary>Adds a member; what is missing or null is left out.</summary>
    public void Member(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, in JsonSlice slice)
    {
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return;
        if (output.Length > 1)
            output.Write((byte)',');
        output.Write((byte)'"');
        output.Write(name);
        output.Write("\":"u8);
        values.TryCopy(text, slice, schema: null, output, out _);
    }

    /// <summary>Ends the object.</summary>
    public ReadOnlyMemory<byte> End()
    {
        output.Write((byte)'}');
        return output.WrittenMemory;
    }
}
