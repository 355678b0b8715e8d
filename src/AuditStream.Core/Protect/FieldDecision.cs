using AuditStream.Core.Decode;

namespace AuditStream.Core.Protect;

/// <summary>What the policy does to the columns of one table in one layout. Made once per layout.</summary>
internal sealed class FieldDecision
{
    public static readonly FieldDecision KeepAll = new() { Row = [], KeyNames = [], Hidden = [], Protection = [] };

    /// <summary>The action per column of the row layout; empty when every column is kept.</summary>
    public required FieldAction[] Row { get; init; }

    /// <summary>The names of the key columns that become keyed hashes.</summary>
    public required HashSet<string> KeyNames { get; init; }

    /// <summary>What a rule for the actor asks for.</summary>
    public FieldAction Actor { get; init; }

    /// <summary>The hidden columns.</summary>
    public required SortedDictionary<string, FieldAction> Hidden { get; init; }

    /// <summary>The canonical JSON of the event's member <c>protection</c>; empty when no rule reaches a column.</summary>
    public required byte[] Protection { get; init; }

    /// <summary>The same where the actor is hidden too, by what is done to it; made when it is asked for.</summary>
    public byte[]?[] ProtectionWithActor { get; } = new byte[]?[(int)FieldAction.KeyedHash + 1];

    public bool KeepsAll => Protection.Length == 0;
}
