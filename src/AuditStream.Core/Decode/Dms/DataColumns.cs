using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>The columns that a record's <c>data</c> holds: those of the row, and, where a transformation rule adds them, their old values.
/// Reused.</summary>
/// <remarks>
/// <code>
/// data                                               row              old
/// {"id":1,"name":"b"}                                id name
/// {"id":1,"name":"b","BI_id":1,"BI_name":"a"}        id name          id name     add-before-image-columns
/// {"id":1,"BI_score":7}                              id BI_score                  no column score: BI_score is one of the table's
/// {"_doc":{"id":1,"name":"b"}}                       id name                      map-record-to-document
/// {"label":"b (1)","_doc":{"id":1}}                  label id                     with attributes, which need not be columns
/// </code>
/// <para>A column of a table is never an object, so a <c>_doc</c> that is one is the endpoint's.</para>
/// </remarks>
internal sealed class DataColumns
{
    private readonly JsonTape document = new();
    private TapeMember[] all = new TapeMember[32];
    private TapeMember[] row = new TapeMember[32];
    private TapeMember[] old = new TapeMember[32];
    private int rowCount;
    private int oldCount;

    /// <summary>The old values, under the names of their columns; none without the rule.</summary>
    public ReadOnlySpan<TapeMember> Old => old.AsSpan(0, oldCount);

    /// <summary>True when attribute mappings made some of the columns: they need not be all of the row's.</summary>
    public bool IsMapped { get; private set; }

    /// <summary>Reads the members of <c>data</c>.</summary>
    /// <param name="text">The record.</param>
    /// <param name="members">The members.</param>
    /// <param name="form">The form of the source's records.</param>
    /// <param name="which">Which of the columns may be old values.</param>
    /// <param name="columns">Gets the row's columns.</param>
    /// <param name="faultAt">Gets where the fault is.</param>
    public JsonFault Read(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, EndpointForm form, OldColumns which,
        out ReadOnlySpan<TapeMember> columns, out int faultAt)
    {
        IsMapped = false;
        rowCount = 0;
        oldCount = 0;
        faultAt = 0;
        columns = members;
        var documentAt = DocumentAt(text, members);
        if (documentAt >= 0)
        {
            faultAt = members[documentAt].Start;
            var fault = document.Read(text, ref faultAt);
            if (fault != JsonFault.None)
                return fault;
            columns = Unfold(members, documentAt);
        }

        if (which != OldColumns.None && HasOld(text, columns, form))
            columns = Split(text, columns, form, which);
        return JsonFault.None;
    }

    /// <summary>Gives the columns of a deleted row that are null their old values: of such a row those are all there is.</summary>
    public void FillFromOld(ReadOnlySpan<byte> text)
    {
        for (int index = 0, next = 0; index < rowCount; index++)
        {
            if (row[index].Token != JsonToken.Null)
                continue;
            var partner = Find(text, Old, row[index].NameOf(text), ref next);
            if (partner < 0)
                continue;
            ref readonly var value = ref old[partner];
            row[index].Start = value.Start;
            row[index].Length = value.Length;
            row[index].Token = value.Token;
            row[index].Flags = value.Flags;
        }
    }

    private static int DocumentAt(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members)
    {
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].Token == JsonToken.Object && members[index].NameOf(text).SequenceEqual("_doc"u8))
                return index;
        }

        return -1;
    }

    private ReadOnlySpan<TapeMember> Unfold(ReadOnlySpan<TapeMember> members, int documentAt)
    {
        IsMapped = members.Length > 1;
        var inner = document.Outer;
        var count = members.Length - 1 + inner.Length;
        if (all.Length < count)
            all = new TapeMember[2 * count];
        members[..documentAt].CopyTo(all);
        members[(documentAt + 1)..].CopyTo(all.AsSpan(documentAt));
        inner.CopyTo(all.AsSpan(members.Length - 1));
        return all.AsSpan(0, count);
    }

    private static bool HasOld(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, EndpointForm form)
    {
        foreach (ref readonly var member in members)
        {
            if (form.MayBeOld(member.NameOf(text)))
                return true;
        }

        return false;
    }

    private ReadOnlySpan<TapeMember> Split(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, EndpointForm form, OldColumns which)
    {
        if (row.Length < members.Length)
        {
            row = new TapeMember[2 * members.Length];
            old = new TapeMember[2 * members.Length];
        }

        rowCount = 0;
        var next = 0;
        foreach (ref readonly var member in members)
        {
            var name = member.NameOf(text);
            var mayBeOld = (which == OldColumns.Any || member.Token == JsonToken.Null) && form.MayBeOld(name);
            if (mayBeOld && Find(text, members, name[form.Prefix.Length..^form.Suffix.Length], ref next) >= 0)
            {
                ref var stripped = ref old[oldCount++];
                stripped = member;
                stripped.NameStart += form.Prefix.Length;
                stripped.NameLength -= form.Prefix.Length + form.Suffix.Length;
            }
            else
            {
                row[rowCount++] = member;
            }
        }

        return row.AsSpan(0, rowCount);
    }

    /// <summary>Finds a member by its name as written; -1 without. The search begins where the last one ended, because both kinds of columns
    /// stand in the same order.</summary>
    private static int Find(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ReadOnlySpan<byte> name, ref int next)
    {
        for (var step = 0; step < members.Length; step++)
        {
            var index = next + step < members.Length ? next + step : next + step - members.Length;
            if (!members[index].NameOf(text).SequenceEqual(name))
                continue;
            next = index + 1 < members.Length ? index + 1 : 0;
            return index;
        }

        return -1;
    }
}
