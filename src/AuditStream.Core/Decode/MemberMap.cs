using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Finds the members that a reader knows among those that an object has: once for each sequence of names.</summary>
internal sealed class MemberMap
{
    /// <summary>How many sequences are kept; the oldest goes.</summary>
    public const int MaxSequences = 8;

    private readonly byte[][] wanted;
    private readonly (NameSequence Names, MemberPlaces Places)?[] known = new (NameSequence, MemberPlaces)?[MaxSequences];
    private int newest;

    /// <summary>Makes a map of these members.</summary>
    public MemberMap(params string[] wanted) => this.wanted = Array.ConvertAll(wanted, Encoding.UTF8.GetBytes);

    /// <summary>Where the wanted members stand among these. Of two members of one name the first counts.</summary>
    public MemberPlaces Find(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members)
    {
        for (var step = 0; step < MaxSequences; step++)
        {
            if (known[(newest - step) & (MaxSequences - 1)] is not { } entry)
                break;
            if (entry.Names.Matches(text, members))
                return entry.Places;
        }

        var places = new int[wanted.Length];
        var hasDuplicates = false;
        Array.Fill(places, -1);
        var name = new ByteWriter(64);
        for (var index = members.Length - 1; index >= 0; index--)
        {
            name.Clear();
            JsonText.Unescape(members[index].NameOf(text), name);
            for (var place = 0; place < wanted.Length; place++)
            {
                if (!name.Written.SequenceEqual(wanted[place]))
                    continue;
                hasDuplicates |= places[place] >= 0;
                places[place] = index;
            }
        }

        newest = (newest + 1) & (MaxSequences - 1);
        var found = new MemberPlaces(places, hasDuplicates);
        known[newest] = (new NameSequence(text, members), found);
        return found;
    }
}
