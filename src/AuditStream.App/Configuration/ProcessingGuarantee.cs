namespace AuditStream.App.Configuration;

/// <summary>What a crash can do to the final topic; named as in Kafka Streams (<c>exactly_once_v2</c>, <c>at_least_once</c>).</summary>
public enum ProcessingGuarantee
{
    /// <summary>Events, dead letters and offsets in one Kafka transaction.</summary>
    ExactlyOnceV2,

    /// <summary>No transactions: after a crash records are emitted again, with the same ids.</summary>
    AtLeastOnce,
}
