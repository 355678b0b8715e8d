using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>What the settings of a DMS task and of its endpoint make of its records, as configuration mirrors them.</summary>
internal sealed class EndpointForm
{
    /// <summary>Works out the form of a source's records.</summary>
    public EndpointForm(SourceSettings settings)
    {
        Members = TopMember.NewMap(settings.BeforeImageMember);
        Prefix = AsWritten(settings.BeforeImagePrefix);
        Suffix = AsWritten(settings.BeforeImageSuffix);
        IncludesNull = settings.IncludeNullAndEmpty;
    }

    /// <summary>Finds the members of a record.</summary>
    public MemberMap Members { get; }

    /// <summary>What the name of an old value's column begins with, as JSON writes it.</summary>
    public byte[] Prefix { get; }

    /// <summary>What it ends with.</summary>
    public byte[] Suffix { get; }

    /// <summary>True when columns that are NULL or empty are in the records, like all others.</summary>
    public bool IncludesNull { get; }

    /// <summary>True for the name of a column that may hold another column's old value.</summary>
    public bool MayBeOld(ReadOnlySpan<byte> name) =>
        name.Length > Prefix.Length + Suffix.Length && Prefix.Length + Suffix.Length > 0 && name.StartsWith(Prefix) && name.EndsWith(Suffix);

    private static byte[] AsWritten(string text)
    {
        var written = new ByteWriter(16);
        JsonText.Escape(Encoding.UTF8.GetBytes(text), written);
        return written.Written.ToArray();
    }
}
