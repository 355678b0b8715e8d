using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The final topic, which holds the canonical events, and the topic of the dead letters.</summary>
public sealed class FinalOptions
{
    /// <summary>The topic of the canonical events.</summary>
    /// <value>audit.events</value>
    [Required]
    [RegularExpression("[a-zA-Z0-9._-]{1,249}", ErrorMessage = "must be 1 to 249 letters, digits, dots, underscores or hyphens")]
    public string Topic { get; set; } = "audit.events";

    /// <summary>The topic of refused records. It holds unprotected bytes: give it its own access rules.</summary>
    /// <value>audit.events.dlq</value>
    [Required]
    [RegularExpression("[a-zA-Z0-9._-]{1,249}", ErrorMessage = "must be 1 to 249 letters, digits, dots, underscores or hyphens")]
    public string DeadLetterTopic { get; set; } = "audit.events.dlq";

    /// <summary>How many partitions the final topic gets when it is created; ignored when it exists.</summary>
    /// <value>6</value>
    [Range(1, 1000)]
    public int Partitions { get; set; } = 6;

    /// <summary>How many copies created topics get; -1 leaves it to the broker. Ignored when they exist.</summary>
    /// <value>-1</value>
    [Range(-1, 9)]
    public int ReplicationFactor { get; set; } = -1;

    /// <summary>Whether missing topics are created at the start.</summary>
    /// <value>true</value>
    public bool CreateTopics { get; set; } = true;

    /// <summary>In what the events are written: json (the bytes that are stored), or avro in Confluent's framing, which needs SchemaRegistry:Url. The table
    /// holds the same bytes in both cases, and a sink reads both, whatever is set here.</summary>
    /// <value>json</value>
    public EventFormat Format { get; set; } = EventFormat.Json;

    /// <summary>Whether the events' Avro schema is registered at the start under the subject of the final topic's name and -value, where it is not yet. If not,
    /// it must be there. Ignored unless Format is avro.</summary>
    /// <value>true</value>
    public bool RegisterSchema { get; set; } = true;
}
