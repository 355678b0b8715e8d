using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The Kafka cluster that holds the raw topics, the final topic and the dead letters.</summary>
public sealed class KafkaOptions
{
    /// <summary>The brokers to begin with: host:port, separated by commas.</summary>
    /// <value>localhost:9092</value>
    [Required]
    public string BootstrapServers { get; set; } = "localhost:9092";

    /// <summary>Settings of every Kafka client by their librdkafka names, passed on as they are (security.protocol, sasl.mechanism …).
    /// In a variable's name an underscore may stand for a dot.</summary>
    /// <value>none</value>
    [KeyedBy("librdkafka name")]
    [Sensitive]
    public Dictionary<string, string> Client { get; set; } = new(StringComparer.Ordinal);
}
