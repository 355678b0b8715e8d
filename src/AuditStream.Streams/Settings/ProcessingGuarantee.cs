namespace AuditStream.Streams.Settings;

/// <summary>What a crash can do to the final topic; the names are those of Kafka Streams.</summary>
public enum ProcessingGuarantee : byte
{
    /// <summary><c>exactly_once_v2</c>: events, dead letters and offsets in one Kafka transaction.</summary>
    ExactlyOnceV2,

    /// <summary><c>at_least_once</c>: offsets after the records; a crash repeats records, under the same event ids.</summary>
    AtLeastOnce,
}
