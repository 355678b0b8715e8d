using System.ComponentModel.DataAnnotations;
using AuditStream.Core.Decode;

namespace AuditStream.App.Configuration;

/// <summary>One source: a database behind one connector.</summary>
public sealed class SourceOptions
{
    /// <summary>A regular expression over raw topic names (whole name); not given: every topic. Its groups named database,
    /// schema and table name the table of flat rows that do not tell it.</summary>
    /// <value>none</value>
    [RegexSyntax]
    public string? TopicPattern { get; set; }

    /// <summary>The source's name in events and ids; not given: Debezium's source.name, for AWS DMS the topic. It must not change later.</summary>
    /// <value>none</value>
    public string? Name { get; set; }

    /// <summary>The life of the source: to be raised by 1 after a rebuild or a new replication slot, because log positions then start again.</summary>
    /// <value>1</value>
    [Range(1, 1_000_000)]
    public int Incarnation { get; set; } = 1;

    /// <summary>What the source puts into before-images: full (the whole old row), key, index, or auto (full only where a record proves it).</summary>
    /// <value>auto</value>
    public ReplicaIdentity ReplicaIdentity { get; set; } = ReplicaIdentity.Auto;

    /// <summary>The engine behind the source, as Debezium names it (postgresql, mysql, mariadb, sqlserver, oracle, mongodb …), for records that do not
    /// tell it.</summary>
    /// <value>none</value>
    public string? Engine { get; set; }

    /// <summary>The dialect of the source's records: auto (recognised from each record), or the one that each of them must be in; another is a dead letter.
    /// Wrappers of AWS are opened first, unless it is dms_csv. Rows of flat (without an envelope and without any added field) and dms_csv (the lines
    /// that AWS DMS writes to S3) are told by this setting alone.</summary>
    /// <value>auto</value>
    public SourceDialect Dialect { get; set; } = SourceDialect.Auto;

    /// <summary>The key columns in key order of every table that Tables gives no key, for records that do not name them.</summary>
    /// <value>none</value>
    public List<string>? Key { get; set; }

    /// <summary>The columns that say who made a change, the first one first: event member actor. Headers, and what a record says in its own way, come before
    /// them.</summary>
    /// <value>none</value>
    public List<string> ActorColumns { get; set; } = [];

    /// <summary>The headers of records that say who made a change, the first one first.</summary>
    /// <value>none</value>
    public List<string> ActorHeaders { get; set; } = [];

    /// <summary>The columns whose JSON documents are compared inside, * standing for any text: what changed in them is then listed by JSON Pointer, in member
    /// paths of changes.</summary>
    /// <value>none</value>
    public List<string> DeepDiff { get; set; } = [];

    /// <summary>Tables whose rows are skipped, and counted, as schema.table (without schema database.table) or as a table's name in any schema; * stands
    /// for any text, letters count as written. The default is what capturing tools keep for themselves: a list of one's own takes its place.</summary>
    /// <value>awsdms_*, debezium_signal, dbz_signal, debezium.signal, debezium_heartbeat, dbz_heartbeat, debezium.heartbeat, LOG_MINING_FLUSH,
    /// GG_HEARTBEAT*, maxwell.bootstrap, maxwell.heartbeats, maxwell.positions</value>
    public List<string> SkippedTables { get; set; } = [.. BookkeepingTables.Patterns];

    /// <summary>The schema of tables whose flat rows do not name one.</summary>
    /// <value>none</value>
    public string? Schema { get; set; }

    /// <summary>What a null value means: noise (a delete came before it), or delete (it is all that is left of the delete, as with
    /// delete.tombstone.handling.mode tombstone and delete-to-tombstone). Not given: delete where Dialect is flat, noise elsewhere.</summary>
    /// <value>none</value>
    public TombstoneMeaning? Tombstones { get; set; }

    /// <summary>What the names of fields and headers begin with that ExtractNewRecordState added to flat rows (add.fields.prefix and
    /// add.headers.prefix).</summary>
    /// <value>__</value>
    [Required]
    public string AddedPrefix { get; set; } = "__";

    /// <summary>The text that stands for a value which the connector could not deliver (unavailable.value.placeholder).</summary>
    /// <value>__debezium_unavailable_value</value>
    [Required]
    public string UnavailablePlaceholder { get; set; } = "__debezium_unavailable_value";

    /// <summary>Whether the connector's converters write a column's default for NULL (replace.null.with.default, which Connect has on): then NULL and
    /// the default of a nullable column cannot be told apart.</summary>
    /// <value>true</value>
    public bool ReplaceNullWithDefault { get; set; } = true;

    /// <summary>AWS DMS: the member of a record that holds the before-image, as the task's BeforeImageSettings.FieldName says.</summary>
    /// <value>before-image</value>
    [Required]
    public string BeforeImageMember { get; set; } = "before-image";

    /// <summary>AWS DMS: what stands before a column's name where the column holds its old value (rule add-before-image-columns); with neither prefix
    /// nor suffix no column does.</summary>
    /// <value>BI_</value>
    public string BeforeImagePrefix { get; set; } = "BI_";

    /// <summary>AWS DMS: what stands after the name of such a column.</summary>
    /// <value>none</value>
    public string BeforeImageSuffix { get; set; } = "";

    /// <summary>AWS DMS: the endpoint's setting of that name. Where it is false, columns that are NULL or empty are missing from the records, and
    /// neither images nor lists of changed columns are known to be whole.</summary>
    /// <value>false</value>
    public bool IncludeNullAndEmpty { get; set; }

    /// <summary>AWS DMS on S3: the endpoint's settings, where Dialect is dms_csv.</summary>
    public DmsCsvOptions DmsCsv { get; set; } = new();

    /// <summary>What is special about single tables, by schema.table.</summary>
    [KeyedBy("schema.table")]
    public Dictionary<string, TableOptions> Tables { get; set; } = new(StringComparer.Ordinal);
}
