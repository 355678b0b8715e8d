namespace AuditStream.App.Explain;

/// <summary>Says why an event is identified as well as it is.</summary>
internal static class IdentityText
{
    /// <summary>A sentence: the strength, and by what.</summary>
    public static string Of(EventView view) => view.Text("identity") switch
    {
        "strong" => $"strong: {Place(view)}",
        "medium" when view.Operation == "snapshot" => "medium: by key and time of reading. A new snapshot reads the row anew, and is a new baseline",
        "medium" when view.Text("occurred_from") != "commit" =>
            $"medium: {Place(view)}, but its time is not the commit's, and the id begins with the time",
        "medium" => $"medium: {Place(view)}, which changes of one moment may share; the key tells them apart",
        "weak" => $"weak: by topic, partition and offset only, because {Missing(view)}. Sent again by the source, it counts twice",
        var other => other ?? "",
    };

    /// <summary>What the place in the source's log is called there.</summary>
    public static string PositionName(EventView view) => view.Text("source", "engine") switch
    {
        "postgresql" => "lsn",
        "mysql" or "mariadb" => "binlog place",
        "sqlserver" => "commit_lsn|change_lsn|serial",
        "oracle" => "commit_scn:scn",
        "mongodb" => "time:order",
        _ => "position",
    };

    private static string Place(EventView view)
    {
        if (view.Operation == "transaction")
            return "by the transaction's own id";
        if (view.Text("source", "kind") == "dms")
            return "by its transaction and its place in it";
        var text = view.Text("source", "position") is { } position
            ? $"by its place in the source's log ({PositionName(view)} {position})"
            : "by its place in the source's log";
        return view.Text("transaction", "order") is not null ? $"{text} and in its transaction"
            : view.Text("key") is not null ? $"{text} and its key"
            : text;
    }

    private static string Missing(EventView view)
    {
        if (view.Operation == "snapshot")
            return "no key tells this row of the snapshot from others";
        if (view.Text("source", "kind") == "dms" && view.IsRow && view.Text("transaction", "order") is null)
            return "the record does not say where in the source's log it stood (the endpoint's IncludeTransactionDetails)";
        var isPlaced = view.Text("source", "position") is not null || view.Text("transaction", "order") is not null;
        return (isPlaced, HasKey: view.Text("key") is not null) switch
        {
            (false, _) => "the record does not say where in the source's log it stood",
            (true, false) => "rows may share a place in the source's log, and no key tells them apart",
            _ => "its place in the source's log is not its own",
        };
    }
}
