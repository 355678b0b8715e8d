using System.ComponentModel.DataAnnotations;
using AuditStream.Core.Decode;

namespace AuditStream.App.Configuration;

/// <summary>One source: a database behind one connector.</summary>
public sealed class SourceOptions
{
    /// <summary>A regular expression over raw topic names (whole name); not given: every topic.</summary>
    /// <value>none</value>
    [RegexSyntax]
    public string? TopicPattern { get; set; }

    /// <summary>The source's name in events and ids; not given: Debezium's source.name. It must not change later.</summary>
    /// <value>none</value>
    public string? Name { get; set; }

    /// <summary>The life of the source: to be raised by 1 after a rebuild or a new replication slot, because log positions then start again.</summary>
    /// <value>1</value>
    [Range(1, 1_000_000)]
    public int Incarnation { get; set; } = 1;

    /// <summary>What the source puts into before-images: full (the whole old row), key, index, or auto (full only where a record proves it).</summary>
    /// <value>auto</value>
    public ReplicaIdentity ReplicaIdentity { get; set; } = ReplicaIdentity.Auto;

    /// <summary>Tables whose rows are bookkeeping (signal and heartbeat tables), as schema.table; their records are skipped.</summary>
    /// <value>none</value>
    public List<string> BookkeepingTables { get; set; } = [];

    /// <summary>The text that stands for a value which the connector could not deliver (unavailable.value.placeholder).</summary>
    /// <value>__debezium_unavailable_value</value>
    [Required]
    public string UnavailablePlaceholder { get; set; } = "__debezium_unavailable_value";

    /// <summary>Whether the connector's converters write a column's default for NULL (replace.null.with.default, which Connect has on): then NULL and
    /// the default of a nullable column cannot be told apart.</summary>
    /// <value>true</value>
    public bool ReplaceNullWithDefault { get; set; } = true;

    /// <summary>What is special about single tables, by schema.table.</summary>
    [KeyedBy("schema.table")]
    public Dictionary<string, TableOptions> Tables { get; set; } = new(StringComparer.Ordinal);
}
