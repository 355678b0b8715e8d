using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>The room Decode: bytes in, <see cref="RowChange"/> out. Total: it never throws on data.</summary>
/// <remarks>One instance per task; not thread-safe. Changes are reused: they are valid until the next call.</remarks>
public sealed class Decoder
{
    private readonly DecodeSettings settings;

    /// <summary>Makes a decoder.</summary>
    public Decoder(DecodeSettings settings) => this.settings = settings;

    /// <summary>Reads one record.</summary>
    public DecodeResult Decode(in RawRecord record)
    {
        _ = settings;
        return DecodeResult.Rejected(new Rejection(RejectionCode.UnknownShape, "No dialect is built in yet.", ByteOffset: 0));
    }
}
