using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>The JSON of PostgreSQL's plug-in wal2json: a transaction with all its changes (version 1), or one of its parts (version 2).</summary>
/// <remarks>
/// <code>
/// shape                                                        version
/// array change of objects with kind, no action                 1
/// empty array change, members of a transaction only            1
/// action, one letter, with what belongs to it                  2
///
/// kind       action  needs in version 2                        becomes
///            B       members of a transaction only             skip transaction-begin
///            C       members of a transaction only             transaction
/// insert     I       table, array columns                      insert
/// update     U       table, array columns, array identity      update
/// delete     D       table, array identity                     delete
/// truncate   T       table                                     truncate
/// message    M       prefix, content                           message
/// </code>
/// <para>Version 1 gives every change a place of its own in the record, and is taken whole or refused whole; a transaction of which nothing is captured
/// is an empty array.</para>
/// </remarks>
internal sealed class Wal2JsonDialect : IDialect
{
    private readonly MemberMap map = Wal2JsonMember.NewMap();
    private readonly ChangeList changes = new();
    private readonly TransactionReader transactions;
    private readonly ActionReader actions;

    /// <summary>Makes the dialect.</summary>
    public Wal2JsonDialect()
    {
        var parts = new PartReader(changes, new ValueConverter());
        transactions = new TransactionReader(changes, parts);
        actions = new ActionReader(changes, parts);
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.Wal2Json;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var text = record.Value.GetValueOrDefault().Span;
        var isSecond = frame.Tape.Has(text, "action"u8);
        // A flat row may have columns of these names.
        if (!isSecond && !frame.Tape.Has(text, "change"u8))
            return false;
        var members = new MemberBlock(text, frame.Tape.Outer, map);
        if (isSecond ? !ActionReader.IsOne(members, frame.Tape.Outer.Length) : !TransactionReader.IsOne(text, members, frame.Tape.Outer.Length))
            return false;
        changes.Clear();
        if (members.HasDuplicates)
            result = DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0));
        else
            result = isSecond ? actions.Read(record, topic, members) : transactions.Read(record, topic, members);
        return true;
    }
}
