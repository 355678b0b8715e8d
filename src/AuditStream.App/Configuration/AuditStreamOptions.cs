using System.ComponentModel.DataAnnotations;
using AuditStream.Streams.Settings;

namespace AuditStream.App.Configuration;

/// <summary>Everything that can be configured: the root of <c>appsettings.json</c>, of <c>AUDITSTREAM__…</c> variables and of <c>--set</c>.</summary>
public sealed class AuditStreamOptions
{
    /// <summary>The name of this pipeline, as in Kafka Streams: consumer group, prefix of internal topics and of transactional ids.</summary>
    /// <value>auditstream</value>
    [Required]
    [RegularExpression("[a-zA-Z0-9._-]{1,180}", ErrorMessage = "must be 1 to 180 letters, digits, dots, underscores or hyphens")]
    public string ApplicationId { get; set; } = "auditstream";

    /// <summary>What a crash can do: with exactly_once_v2 nothing is emitted twice, with at_least_once a record may be.</summary>
    /// <value>exactly_once_v2</value>
    public ProcessingGuarantee ProcessingGuarantee { get; set; } = ProcessingGuarantee.ExactlyOnceV2;

    /// <summary>What this process does: normalize (raw topics to the final topic), images (changes of tables whose row images are kept, to the final
    /// topic), sink (final topic to the table). Not given: images too where row images are kept.</summary>
    /// <value>normalize, sink</value>
    [MinLength(1, ErrorMessage = "must name at least one role")]
    public List<ServiceRole> Roles
    {
        get;
        set
        {
            field = value;
            HasGivenRoles = true;
        }
    }
    = [ServiceRole.Normalize, ServiceRole.Sink];

    /// <summary>True when configuration names the roles.</summary>
    internal bool HasGivenRoles { get; private set; }

    /// <summary>The Kafka cluster.</summary>
    public KafkaOptions Kafka { get; set; } = new();

    /// <summary>The topics with raw change records.</summary>
    public RawOptions Raw { get; set; } = new();

    /// <summary>The final topic and the dead letters.</summary>
    public FinalOptions Final { get; set; } = new();

    /// <summary>The transactional loop.</summary>
    public StreamsOptions Streams { get; set; } = new();

    /// <summary>The sources behind the raw topics; a record belongs to the first whose TopicPattern matches. None: one source for all.</summary>
    public List<SourceOptions> Sources { get; set; } = [];

    /// <summary>The schemas of Avro records.</summary>
    public SchemaRegistryOptions SchemaRegistry { get; set; } = new();

    /// <summary>Kept images of rows.</summary>
    public ImagesOptions Images { get; set; } = new();

    /// <summary>Which values may leave.</summary>
    public ProtectOptions Protect { get; set; } = new();

    /// <summary>What an event carries.</summary>
    public EmitOptions Emit { get; set; } = new();

    /// <summary>The key behind event ids and fact hashes.</summary>
    public IdentityOptions Identity { get; set; } = new();

    /// <summary>The audit store.</summary>
    public StoreOptions Postgres { get; set; } = new();

    /// <summary>Signed checkpoints over the store's chains.</summary>
    public CheckpointOptions Checkpoint { get; set; } = new();

    /// <summary>Batches from the final topic into the table.</summary>
    public SinkOptions Sink { get; set; } = new();

    /// <summary>Health and metrics over HTTP.</summary>
    public HttpOptions Http { get; set; } = new();

    /// <summary>The log on standard output.</summary>
    public LogOptions Log { get; set; } = new();
}
