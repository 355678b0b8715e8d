using System.Text.RegularExpressions;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>What tells the table of flat rows that do not name it: groups of the source's pattern, its schema, the topic's name.</summary>
/// <remarks>
/// <code>
/// topic                  source     schema   table
/// accounts               accounts            accounts
/// bank.accounts          bank       bank     accounts
/// dev.bank.accounts      dev        bank     accounts
/// dev.db.bank.accounts   dev.db     bank     accounts
/// </code>
/// </remarks>
internal sealed class FlatNames
{
    /// <summary>Works out the names of a topic.</summary>
    public FlatNames(string topic, SourceSettings settings, GroupCollection? groups)
    {
        var parts = topic.Split('.');
        Source = Content(parts.Length == 1 ? topic : string.Join('.', parts[..Math.Max(1, parts.Length - 2)]));
        Database = Group(groups, "database");
        Schema = Group(groups, "schema") is { Length: > 0 } schema ? schema : Content(settings.Schema ?? "");
        Table = Group(groups, "table");
        TopicSchema = parts.Length == 1 ? [] : Content(parts[^2]);
        TopicTable = Content(parts[^1]);
    }

    /// <summary>The source's name where neither record nor configuration has one.</summary>
    public byte[] Source { get; }

    /// <summary>The database by configuration; empty when it does not tell.</summary>
    public byte[] Database { get; }

    /// <summary>The schema by configuration; empty when it does not tell.</summary>
    public byte[] Schema { get; }

    /// <summary>The table by configuration; empty when it does not tell.</summary>
    public byte[] Table { get; }

    /// <summary>The schema, or the database of an engine without schemas, by the topic's name; empty when that has one part.</summary>
    public byte[] TopicSchema { get; }

    /// <summary>The table by the topic's name.</summary>
    public byte[] TopicTable { get; }

    private static byte[] Group(GroupCollection? groups, string name) =>
        groups is not null && groups.TryGetValue(name, out var group) ? Content(group.Value) : [];

    // As the content of a JSON string, which the names in records are.
    private static byte[] Content(string text) => JsonText.Quote(text)[1..^1];
}
