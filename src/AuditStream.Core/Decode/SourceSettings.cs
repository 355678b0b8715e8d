namespace AuditStream.Core.Decode;

/// <summary>What configuration says about one source.</summary>
public sealed record SourceSettings
{
    /// <summary>A regular expression over raw topic names (whole name, RE2-like subset of .NET without backtracking); null matches every
    /// topic. Groups named <c>database</c>, <c>schema</c> and <c>table</c> name the table of flat rows that do not.</summary>
    public string? TopicPattern { get; init; }

    /// <summary>The source's name; null takes Debezium's <c>source.name</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The source's incarnation, from 1.</summary>
    public int Incarnation { get; init; } = 1;

    /// <summary>The before-images of every table that <see cref="Tables"/> does not name.</summary>
    public ReplicaIdentity ReplicaIdentity { get; init; }

    /// <summary>The engine, as Debezium's connectors name theirs, for records that do not tell it; null when not given.</summary>
    public string? Engine { get; init; }

    /// <summary>The key columns in key order of every table that <see cref="Tables"/> gives no key, for records that do not name them; null when not
    /// given.</summary>
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>The columns that say who made a change, the first one first, of every table that <see cref="Tables"/> gives none.</summary>
    public IReadOnlyList<string> ActorColumns { get; init; } = [];

    /// <summary>The headers of records that say it, in the same way.</summary>
    public IReadOnlyList<string> ActorHeaders { get; init; } = [];

    /// <summary>The columns whose JSON documents are compared inside, as patterns in which <c>*</c> stands for any number of characters, of every table
    /// that <see cref="Tables"/> gives none.</summary>
    public IReadOnlyList<string> DeepDiff { get; init; } = [];

    /// <summary>Tables whose rows are left out, as patterns: see <see cref="BookkeepingTables.Match"/>.</summary>
    public IReadOnlyList<string> SkippedTables { get; init; } = BookkeepingTables.Patterns;

    /// <summary>What is special about single tables, by <c>schema.table</c> (without schema: <c>database.table</c>).</summary>
    public IReadOnlyDictionary<string, TableSettings> Tables { get; init; } = new Dictionary<string, TableSettings>();

    /// <summary>The dialect that every record must be in; a record in another is refused.</summary>
    public SourceDialect Dialect { get; init; }

    /// <summary>The schema of tables whose flat rows do not name one; null when not given.</summary>
    public string? Schema { get; init; }

    /// <summary>What a null value means; null takes <see cref="TombstoneMeaning.Delete"/> where <see cref="Dialect"/> is flat, and
    /// <see cref="TombstoneMeaning.Noise"/> elsewhere.</summary>
    public TombstoneMeaning? Tombstones { get; init; }

    /// <summary>What the names of members and headers begin with that <c>ExtractNewRecordState</c> added to flat rows
    /// (<c>add.fields.prefix</c>, <c>add.headers.prefix</c>).</summary>
    public string AddedPrefix { get; init; } = "__";

    /// <summary>Whether the last image of each row is kept, for every table that <see cref="Tables"/> does not name.</summary>
    public bool KeepsImages { get; init; }

    /// <summary>The text that stands for an unavailable value (<c>unavailable.value.placeholder</c>).</summary>
    public string UnavailablePlaceholder { get; init; } = "__debezium_unavailable_value";

    /// <summary>Whether the converter may have written a column's default for NULL (<c>replace.null.with.default</c>, which is true unless
    /// configured otherwise): then a nullable column that has its default is ambiguous.</summary>
    public bool ReplaceNullWithDefault { get; init; } = true;

    /// <summary>AWS DMS: the member of a record that holds the before-image (<c>BeforeImageSettings.FieldName</c>).</summary>
    public string BeforeImageMember { get; init; } = "before-image";

    /// <summary>AWS DMS: what stands before a column's name where the column holds its old value (rule <c>add-before-image-columns</c>).
    /// Without prefix and suffix no column does.</summary>
    public string BeforeImagePrefix { get; init; } = "BI_";

    /// <summary>AWS DMS: what stands after the name of such a column.</summary>
    public string BeforeImageSuffix { get; init; } = "";

    /// <summary>AWS DMS: whether the endpoint's records hold columns that are NULL or empty, as its setting of that name says. Without it
    /// they are left out, and no image is known to be the whole row.</summary>
    public bool IncludeNullAndEmpty { get; init; }

    /// <summary>AWS DMS on S3: the settings of the endpoint, where <see cref="Dialect"/> is <see cref="SourceDialect.DmsCsv"/>.</summary>
    public Dms.Csv.CsvSettings DmsCsv { get; init; } = new();
}
