using System.Text;
using System.Text.RegularExpressions;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>A raw topic with all that is worked out once for its records.</summary>
internal sealed class TopicState
{
    /// <summary>Makes a topic's state.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="settings">What configuration says of its source.</param>
    /// <param name="groups">The groups of the source's pattern; null without a pattern.</param>
    public TopicState(string topic, SourceSettings settings, GroupCollection? groups = null)
    {
        Topic = topic;
        Settings = settings;
        KeepsImages = settings.KeepsImages || settings.Tables.Values.Any(table => table.KeepsImages == true);
        TopicContent = Content(topic);
        var dot = topic.LastIndexOf('.');
        NameToLastDot = Content(dot > 0 ? topic[..dot] : topic);
        Placeholders = new Debezium.PlaceholderSet(settings.UnavailablePlaceholder);
        AddedPrefix = Encoding.UTF8.GetBytes(settings.AddedPrefix);
        FlatNames = new Debezium.Flat.FlatNames(topic, settings, groups);
        Endpoint = new Dms.EndpointForm(settings);
        Lines = new Dms.Csv.CsvForm(settings);
    }

    /// <summary>The topic's name.</summary>
    public string Topic { get; }

    /// <summary>The topic's name as the content of a JSON string, which the names in records are.</summary>
    public byte[] TopicContent { get; }

    /// <summary>The topic's name up to its last dot, in the same form: the source's name where a record does not tell it.</summary>
    public byte[] NameToLastDot { get; }

    /// <summary>What configuration says of its source; the defaults when no pattern matches.</summary>
    public SourceSettings Settings { get; }

    /// <summary>True when the images of rows are kept of a table of its source.</summary>
    public bool KeepsImages { get; }

    /// <summary>The forms of the source's placeholder for unavailable values.</summary>
    public Debezium.PlaceholderSet Placeholders { get; }

    /// <summary>What the names of added members of flat rows begin with.</summary>
    public byte[] AddedPrefix { get; }

    /// <summary>What tells the table of flat rows that do not name it.</summary>
    public Debezium.Flat.FlatNames FlatNames { get; }

    /// <summary>The form of the records of the source's DMS endpoint.</summary>
    public Dms.EndpointForm Endpoint { get; }

    /// <summary>The form of the lines that the source's DMS endpoint for S3 writes.</summary>
    public Dms.Csv.CsvForm Lines { get; }

    /// <summary>The last schema of the topic's values.</summary>
    public SchemaSlot ValueSchema { get; } = new();

    /// <summary>The last schema of the topic's keys.</summary>
    public SchemaSlot KeySchema { get; } = new();

    /// <summary>The name, as in <see cref="TableCatalog"/>, of the topic's last record's table.</summary>
    public byte[] LastTableName { get; set; } = [];

    /// <summary>The table of that name.</summary>
    public TableState? LastTable { get; set; }

    private static byte[] Content(string text) => JsonText.Quote(text)[1..^1];
}
