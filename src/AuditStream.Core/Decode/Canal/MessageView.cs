using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Canal;

/// <summary>A message on the tape as the readers of Canal see it. Valid for one record.</summary>
internal readonly ref struct MessageView
{
    private readonly ReadOnlyMemory<byte> value;
    private readonly JsonTape tape;

    /// <summary>Makes the view.</summary>
    public MessageView(ReadOnlyMemory<byte> value, JsonTape tape, MemberMap map)
    {
        this.value = value;
        this.tape = tape;
        Text = value.Span;
        Members = new MemberBlock(Text, tape.Outer, map);
    }

    /// <summary>The record's value.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The members of the record.</summary>
    public MemberBlock Members { get; }

    /// <summary>The members of a member's value; none when that is no object.</summary>
    public ReadOnlySpan<TapeMember> ChildrenOf(int member) =>
        Members.Slice(member).Token == JsonToken.Object ? tape.ChildrenOf(Members.Entry(member)) : default;

    /// <summary>A part of the record as delivered.</summary>
    public ReadOnlyMemory<byte> Delivered(in JsonSlice slice) => value.Slice(slice.Start, slice.Length);
}
