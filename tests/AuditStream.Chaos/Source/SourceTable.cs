namespace AuditStream.Chaos.Source;

/// <summary>One table of the made-up source, with a raw topic of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has at most.</param>
/// <param name="Share">How many of a hundred changes are of it.</param>
/// <param name="Partitions">How many partitions its raw topic has.</param>
/// <param name="SendsBefore">Whether the source sends whole before-images; otherwise the product keeps the rows' images.</param>
/// <param name="HasPoison">Whether its topic holds records that nobody can read.</param>
internal sealed record SourceTable(string Name, int Rows, int Share, int Partitions, bool SendsBefore, bool HasPoison)
{
    private const string Prefix = "chaos.public.";

    /// <summary>All of them. A record that cannot be read ends the images of its topic's rows: only where none is, every old value must be known.</summary>
    internal static IReadOnlyList<SourceTable> All { get; } =
    [
        new("accounts", Rows: 1_500, Share: 50, Partitions: 6, SendsBefore: true, HasPoison: true),
        new("notes", Rows: 400, Share: 30, Partitions: 4, SendsBefore: false, HasPoison: false),
        new("drafts", Rows: 200, Share: 20, Partitions: 3, SendsBefore: false, HasPoison: true),
    ];

    /// <summary>Its raw topic.</summary>
    internal string Topic => Prefix + Name;

    /// <summary>Whether every event must say what the row was before.</summary>
    internal bool MustKnowBefore => SendsBefore || !HasPoison;
}
