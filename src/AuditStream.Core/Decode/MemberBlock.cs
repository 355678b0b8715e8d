using System.Buffers.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>An object's members by what they mean to the reader. Valid for one record.</summary>
internal readonly ref struct MemberBlock
{
    private readonly ReadOnlySpan<byte> text;
    private readonly ReadOnlySpan<TapeMember> members;
    private readonly MemberPlaces? places;

    /// <summary>Makes the block of an object.</summary>
    public MemberBlock(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, MemberMap map)
    {
        this.text = text;
        this.members = members;
        places = map.Find(text, members);
    }

    /// <summary>True when a known member is there twice.</summary>
    public bool HasDuplicates => places is { HasDuplicates: true };

    /// <summary>A member's value; its token is None when it is missing.</summary>
    public JsonSlice Slice(int member) => Index(member) is >= 0 and var index ? members[index].Slice : default;

    /// <summary>True when a member is there, were it null.</summary>
    public bool Has(int member) => Index(member) >= 0;

    /// <summary>A member's whole entry; only for one that is there.</summary>
    public TapeMember Entry(int member) => members[Index(member)];

    /// <summary>A string's content as written, or a number's text; empty for anything else.</summary>
    public ReadOnlySpan<byte> Content(int member)
    {
        var slice = Slice(member);
        return slice.Token switch
        {
            JsonToken.String => slice.ContentOf(text),
            JsonToken.Number => slice.Of(text),
            _ => default,
        };
    }

    /// <summary>True when a member is text or a number, or is not there.</summary>
    public bool IsScalar(int member) => Slice(member).Token is JsonToken.None or JsonToken.Null or JsonToken.String or JsonToken.Number;

    /// <summary>A whole number, written as a number or as a string; false for anything else.</summary>
    public bool TryInteger(int member, out long value)
    {
        var digits = Content(member);
        return Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length && used > 0;
    }

    private int Index(int member) => places is null ? -1 : places.Places[member];
}
