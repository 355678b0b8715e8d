using System.Text;

namespace AuditStream.Core.Decode;

/// <summary>A raw topic with all that is worked out once for its records.</summary>
internal sealed class TopicState
{
    /// <summary>Makes a topic's state.</summary>
    public TopicState(string topic, SourceSettings settings)
    {
        Topic = topic;
        Settings = settings;
        var dot = topic.LastIndexOf('.');
        NameToLastDot = Encoding.UTF8.GetBytes(dot > 0 ? topic[..dot] : topic);
        Placeholders = new Debezium.PlaceholderSet(settings.UnavailablePlaceholder);
    }

    /// <summary>The topic's name.</summary>
    public string Topic { get; }

    /// <summary>The topic's name up to its last dot: the source's name where a record does not tell it.</summary>
    public byte[] NameToLastDot { get; }

    /// <summary>What configuration says of its source; the defaults when no pattern matches.</summary>
    public SourceSettings Settings { get; }

    /// <summary>The forms of the source's placeholder for unavailable values.</summary>
    public Debezium.PlaceholderSet Placeholders { get; }

    /// <summary>The last schema of the topic's values.</summary>
    public SchemaSlot ValueSchema { get; } = new();

    /// <summary>The last schema of the topic's keys.</summary>
    public SchemaSlot KeySchema { get; } = new();

    /// <summary>The name, as in <see cref="TableCatalog"/>, of the topic's last record's table.</summary>
    public byte[] LastTableName { get; set; } = [];

    /// <summary>The table of that name.</summary>
    public TableState? LastTable { get; set; }
}
