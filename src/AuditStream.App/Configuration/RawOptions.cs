using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The topics with raw change records: a list, a pattern, or both. The pipeline's own topics are never among them.</summary>
public sealed class RawOptions
{
    /// <summary>The raw topics by name.</summary>
    /// <value>none</value>
    public List<string> Topics { get; set; } = [];

    /// <summary>A regular expression over topic names (whole name), in the extended POSIX form of the Kafka client: [0-9] for \d, [a-z] for \w, no (?…).
    /// Topics that appear later join within seconds.</summary>
    /// <value>none</value>
    [BrokerRegex]
    public string? Pattern { get; set; }

    /// <summary>The largest raw record that is expected, in bytes. Own topics are created for events of twice this and 64 kB.</summary>
    /// <value>1048588</value>
    [Range(1024, 499_000_000)]
    public int MaxRecordBytes { get; set; } = 1_048_588;
}
