using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The registry that holds the schemas of Avro records.</summary>
public sealed class SchemaRegistryOptions
{
    /// <summary>The address of its Confluent API: https://registry:8081, or http://registry:8080/apis/ccompat/v7 with Apicurio. Not given: Avro records
    /// cannot be read.</summary>
    /// <value>none</value>
    public string? Url { get; set; }

    /// <summary>The user of HTTP basic authentication; not given: none.</summary>
    /// <value>none</value>
    public string? User { get; set; }

    /// <summary>That user's password.</summary>
    /// <value>none</value>
    [Sensitive]
    public string? Password { get; set; }

    /// <summary>How long one request may take, in seconds. While it does, the thread that asks does nothing else.</summary>
    /// <value>5</value>
    [Range(1, 60)]
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>What the ids of Apicurio's own framing (64 bits) are, as the converter's use-id says: global or content. Records in Confluent's framing do
    /// not need it.</summary>
    /// <value>global</value>
    public ApicurioIds ApicurioIds { get; set; } = ApicurioIds.Global;
}
