using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>A record on the tape as Debezium's readers see it. Valid for one record.</summary>
internal readonly ref struct EnvelopeView
{
    private readonly RecordFrame frame;
    private readonly ReadOnlyMemory<byte> value;

    /// <summary>Makes the view.</summary>
    public EnvelopeView(in RawRecord record, RecordFrame frame, TopicState topic, MemberMap map)
    {
        this.frame = frame;
        value = record.Value.GetValueOrDefault();
        Topic = topic;
        Text = value.Span;
        Members = new MemberBlock(Text, frame.Tape.Outer, map);
    }

    /// <summary>The topic.</summary>
    public TopicState Topic { get; }

    /// <summary>The record's value.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The members of the envelope.</summary>
    public MemberBlock Members { get; }

    /// <summary>How many members the envelope has.</summary>
    public int Count => frame.Tape.Outer.Length;

    /// <summary>The members of a member's value.</summary>
    public ReadOnlySpan<TapeMember> ChildrenOf(int member) =>
        Members.Slice(member).Token == JsonToken.Object ? frame.Tape.ChildrenOf(Members.Entry(member)) : default;

    /// <summary>A member's value as an image of a row.</summary>
    public DeliveredImage Image(int member, ReadOnlySpan<byte> name) =>
        new(Text, Members.Slice(member), ChildrenOf(member), frame.Schema?.Field(name), Delivered(member));

    /// <summary>A member's text as delivered.</summary>
    public ReadOnlyMemory<byte> Delivered(int member)
    {
        var slice = Members.Slice(member);
        return value.Slice(slice.Start, slice.Length);
    }
}
