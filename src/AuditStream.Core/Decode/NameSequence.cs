using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The names of an object's members as written, in their order: records of a kind repeat it, and so everything that follows
/// from it is worked out once.</summary>
internal sealed class NameSequence
{
    private readonly byte[][] names;

    /// <summary>Remembers the names of these members.</summary>
    public NameSequence(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members)
    {
        names = new byte[members.Length][];
        for (var index = 0; index < names.Length; index++)
            names[index] = members[index].NameOf(text).ToArray();
    }

    /// <summary>True when these members have the same names in the same order.</summary>
    public bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members)
    {
        if (members.Length != names.Length)
            return false;
        for (var index = 0; index < names.Length; index++)
        {
            if (!members[index].NameOf(text).SequenceEqual(names[index]))
                return false;
        }

        return true;
    }
}
