using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>A record on the tape as the readers of DMS see it. Valid for one record.</summary>
internal readonly ref struct RecordView
{
    private readonly JsonTape tape;
    private readonly ReadOnlyMemory<byte> value;

    /// <summary>Makes the view.</summary>
    public RecordView(in RawRecord record, RecordFrame frame, TopicState topic, MemberMap metadataMap)
    {
        tape = frame.Tape;
        value = record.Value.GetValueOrDefault();
        Text = value.Span;
        Topic = topic;
        Members = new MemberBlock(Text, tape.Outer, topic.Endpoint.Members);
        Metadata = new MemberBlock(Text, ChildrenOf(TopMember.Metadata), metadataMap);
    }

    /// <summary>The topic.</summary>
    public TopicState Topic { get; }

    /// <summary>The record's value.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The members of the record.</summary>
    public MemberBlock Members { get; }

    /// <summary>The members of its <c>metadata</c>.</summary>
    public MemberBlock Metadata { get; }

    /// <summary>The members of a member's value; none when that is no object.</summary>
    public ReadOnlySpan<TapeMember> ChildrenOf(int member) =>
        Members.Slice(member).Token == JsonToken.Object ? tape.ChildrenOf(Members.Entry(member)) : default;

    /// <summary>A member's text as delivered.</summary>
    public ReadOnlyMemory<byte> Delivered(int member)
    {
        var slice = Members.Slice(member);
        return value.Slice(slice.Start, slice.Length);
    }
}
