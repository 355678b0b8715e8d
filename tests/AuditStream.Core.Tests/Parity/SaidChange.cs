namespace AuditStream.Core.Tests.Parity;

/// <summary>A change as the events should tell it, before it has a form.</summary>
internal sealed record SaidChange
{
    /// <summary>The event's operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The table; null for what belongs to none.</summary>
    public string? Table { get; init; }

    /// <summary>The row before; null when it is not told.</summary>
    public string?[]? Before { get; init; }

    /// <summary>The row after; null when there is none.</summary>
    public string?[]? After { get; init; }

    /// <summary>The row whose key this one had before the change moved it; null when it kept it.</summary>
    public string?[]? MovedFrom { get; init; }

    /// <summary>The row whose key this one has from now on; null on all but the first half of a move in two.</summary>
    public string?[]? MovedTo { get; init; }

    /// <summary>The number of its transaction; null for a row that was read.</summary>
    public long? TransactionId { get; init; }

    /// <summary>Its place in the transaction, from 1; of the end of a transaction, how many changes it had.</summary>
    public int Order { get; init; }

    /// <summary>Whether it is the last one of its transaction.</summary>
    public bool IsLast { get; init; }

    /// <summary>When, in microseconds since the Unix epoch.</summary>
    public required long Microseconds { get; init; }

    /// <summary>What happened in a history, told by a tool that can say everything.</summary>
    public static IReadOnlyList<SaidChange> All(MadeHistory history)
    {
        var said = new List<SaidChange>();
        foreach (var row in history.Loaded)
            said.Add(new SaidChange { Operation = "snapshot", Table = row.Table, After = row.After, Microseconds = history.LoadMicroseconds });
        foreach (var transaction in history.Transactions)
        {
            foreach (var change in transaction.Changes)
            {
                said.Add(new SaidChange
                {
                    Operation = NameOf(change.Operation), Table = change.Table, Before = change.Before, After = change.After,
                    MovedFrom = change.MovesKey ? change.Before : null, TransactionId = transaction.Id, Microseconds = transaction.CommitMicroseconds,
                });
            }

            said.Add(new SaidChange { Operation = "transaction", TransactionId = transaction.Id, Microseconds = transaction.CommitMicroseconds });
        }

        return said;
    }

    /// <summary>Gives each change its place in its transaction, and each end the number of changes before it.</summary>
    public static IReadOnlyList<SaidChange> Numbered(IEnumerable<SaidChange> changes)
    {
        var counts = new Dictionary<long, int>();
        var numbered = new List<SaidChange>();
        foreach (var change in changes)
        {
            var order = 0;
            if (change.TransactionId is { } id)
            {
                order = counts.GetValueOrDefault(id) + (change.Operation == "transaction" ? 0 : 1);
                counts[id] = order;
            }

            numbered.Add(change with { Order = order });
        }

        for (var index = 0; index < numbered.Count; index++)
        {
            var change = numbered[index];
            numbered[index] = change with { IsLast = change.TransactionId is { } id && change.Order == counts[id] && change.Operation != "transaction" };
        }

        return numbered;
    }

    private static string NameOf(MadeOperation operation) => operation switch
    {
        MadeOperation.Insert => "insert",
        MadeOperation.Update => "update",
        MadeOperation.Delete => "delete",
        MadeOperation.Truncate => "truncate",
        _ => "snapshot",
    };
}
