using System.Runtime.InteropServices;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>The blocks of an envelope, put together from members that stood elsewhere. Reused.</summary>
internal sealed class EnvelopeBlocks
{
    /// <summary>How long a member's value may be, in bytes; a longer one is not taken.</summary>
    public const int MaxValueBytes = 1_024;

    private readonly MemberMap envelopeMap = EnvelopeMember.NewMap();
    private readonly MemberMap sourceMap = SourceMember.NewMap();
    private readonly MemberMap transactionMap = ChangeReader.NewTransactionMap();
    private readonly List<TapeMember> envelope = [];
    private readonly List<TapeMember> source = [];
    private readonly List<TapeMember> transaction = [];
    private readonly ByteWriter text = new();

    /// <summary>The members of the envelope itself.</summary>
    public MemberBlock Envelope => new(text.Written, CollectionsMarshal.AsSpan(envelope), envelopeMap);

    /// <summary>The block <c>source</c>.</summary>
    public MemberBlock Source => new(text.Written, CollectionsMarshal.AsSpan(source), sourceMap);

    /// <summary>The block <c>transaction</c>.</summary>
    public MemberBlock Transaction => new(text.Written, CollectionsMarshal.AsSpan(transaction), transactionMap);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        envelope.Clear();
        source.Clear();
        transaction.Clear();
        text.Clear();
    }

    /// <summary>Adds a member; of two with one name the first counts. Objects, arrays and null are left out.</summary>
    public void Add(BlockKind block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, JsonToken token)
    {
        var into = block switch
        {
            BlockKind.Envelope => envelope,
            BlockKind.Source => source,
            BlockKind.Transaction => transaction,
            _ => null,
        };
        if (into is null || value.Length > MaxValueBytes || token is JsonToken.Null or JsonToken.Object or JsonToken.Array)
            return;
        var start = text.Length;
        text.Write(name);
        text.Write(value);
        into.Add(new TapeMember
        {
            NameStart = start, NameLength = name.Length, Start = start + name.Length, Length = value.Length, Token = token,
        });
    }
}
