namespace AuditStream.Core.Json;

/// <summary>An object's members and their members as two flat lists: all that a change record needs, in one pass and without a tree.</summary>
/// <remarks><para>For <c>{"a":{"x":1,"y":[2]},"b":3}</c> the outer members are <c>a</c> and <c>b</c>, the inner ones <c>x</c> and <c>y</c>.
/// What lies deeper is one span, checked and passed over.</para>
/// <para>Why not <c>Utf8JsonReader</c>: it limits depth by an option, makes exceptions of faults, and does not say where a text is cut
/// short.</para></remarks>
internal sealed class JsonTape
{
    /// <summary>How many members one object may have.</summary>
    public const int MaxMembers = 16_384;

    /// <summary>How long a member's name may be, in bytes as written.</summary>
    public const int MaxNameBytes = 1_024;

    private readonly JsonTree skipper = new();
    private TapeMember[] outer = new TapeMember[32];
    private TapeMember[] inner = new TapeMember[128];
    private int outerCount;
    private int innerCount;

    /// <summary>The object's members.</summary>
    public ReadOnlySpan<TapeMember> Outer => outer.AsSpan(0, outerCount);

    /// <summary>The members of an outer member's value; none when that is no object.</summary>
    public ReadOnlySpan<TapeMember> ChildrenOf(scoped in TapeMember member) => inner.AsSpan(member.FirstChild, member.ChildCount);

    /// <summary>True when the object has a member of this name, as written.</summary>
    public bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var member in Outer)
        {
            if (member.NameOf(text).SequenceEqual(name))
                return true;
        }

        return false;
    }

    /// <summary>Reads the object that starts at a position and moves behind it; with a fault, the position is where it is.</summary>
    public JsonFault Read(ReadOnlySpan<byte> text, ref int position)
    {
        outerCount = 0;
        innerCount = 0;
        return ReadObject(text, ref position, isOuter: true, out _);
    }

    /// <summary>Passes over the value that starts at a position.</summary>
    public JsonFault Skip(ReadOnlySpan<byte> text, ref int position) => skipper.Read(text, ref position, keep: false);

    private JsonFault ReadObject(ReadOnlySpan<byte> text, ref int position, bool isOuter, out int own)
    {
        own = 0;
        position = JsonScanner.SkipBlank(text, position + 1);
        if (position < text.Length && text[position] == '}')
        {
            position++;
            return JsonFault.None;
        }

        while (true)
        {
            if (own++ == MaxMembers)
                return JsonFault.TooManyMembers;
            var index = isOuter ? Append(ref outer, ref outerCount) : Append(ref inner, ref innerCount);
            var fault = ReadName(text, ref position, ref isOuter ? ref outer[index] : ref inner[index]);
            if (fault == JsonFault.None)
                fault = isOuter ? ReadOuterValue(text, ref position, index) : ReadValue(text, ref position, ref inner[index]);
            if (fault != JsonFault.None)
                return fault;
            position = JsonScanner.SkipBlank(text, position);
            if (position >= text.Length)
                return JsonFault.Truncated;
            var next = text[position];
            if (next == '}')
            {
                position++;
                return JsonFault.None;
            }

            if (next != ',')
                return JsonFault.Malformed;
            position = JsonScanner.SkipBlank(text, position + 1);
        }
    }

    private static JsonFault ReadName(ReadOnlySpan<byte> text, ref int position, ref TapeMember member)
    {
        if (position >= text.Length || text[position] != '"')
            return JsonScanner.FaultAt(text, position);
        member.NameStart = position + 1;
        if (!JsonScanner.TryString(text, ref position, out member.NameEscaped))
            return JsonScanner.FaultAt(text, position);
        member.NameLength = position - 1 - member.NameStart;
        if (member.NameLength > MaxNameBytes)
            return JsonFault.NameTooLong;
        position = JsonScanner.SkipBlank(text, position);
        if (position >= text.Length || text[position] != ':')
            return JsonScanner.FaultAt(text, position);
        position = JsonScanner.SkipBlank(text, position + 1);
        return position >= text.Length ? JsonFault.Truncated : JsonFault.None;
    }

    private static int Append(ref TapeMember[] members, ref int count)
    {
        if (count == members.Length)
            Array.Resize(ref members, 2 * count);
        members[count] = default;
        return count++;
    }

    private JsonFault ReadOuterValue(ReadOnlySpan<byte> text, ref int position, int index)
    {
        if (text[position] != '{')
            return ReadValue(text, ref position, ref outer[index]);
        var start = position;
        var first = innerCount;
        var fault = ReadObject(text, ref position, isOuter: false, out var children);
        ref var member = ref outer[index];
        member.FirstChild = first;
        member.ChildCount = children;
        member.Start = start;
        member.Length = position - start;
        member.Token = JsonToken.Object;
        member.Flags = JsonTextFlags.Members | JsonTextFlags.Blank | JsonTextFlags.Escape;
        return fault;
    }

    private JsonFault ReadValue(ReadOnlySpan<byte> text, ref int position, ref TapeMember member)
    {
        member.Start = position;
        var first = text[position];
        if (first is (byte)'{' or (byte)'[')
        {
            var fault = skipper.Read(text, ref position, keep: false);
            if (fault != JsonFault.None)
                return fault;
            member.Token = first == '{' ? JsonToken.Object : JsonToken.Array;
            member.Flags = skipper.Flags;
            member.Depth = skipper.Depth;
        }
        else
        {
            if (!JsonScanner.TryScalar(text, ref position, out member.Token, out var escaped))
                return JsonScanner.FaultAt(text, position);
            if (escaped)
                member.Flags = JsonTextFlags.Escape;
        }

        member.Length = position - member.Start;
        return JsonFault.None;
    }
}
