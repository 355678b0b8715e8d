namespace AuditStream.Core.Emit;

/// <summary>How events are written. Immutable.</summary>
public sealed record EmitSettings
{
    /// <summary>Which row images an event carries.</summary>
    /// <value>Default <see cref="ImagesOut.Full"/>.</value>
    public ImagesOut Images { get; init; } = ImagesOut.Full;

    /// <summary>The id under which the registry holds <see cref="EventSchema"/>: then events are Avro in Confluent's framing. Null: they are JSON.
    /// Neither what an event says nor its size limit depends on it.</summary>
    public int? AvroSchemaId { get; init; }

    /// <summary>The greatest size of an event in bytes: value (as JSON), key and headers together, as the broker counts them. An event that is larger
    /// goes out without images, then without values; one that is larger still is refused.</summary>
    /// <value>Default 1,000,000: what a client sends by default (<c>message.max.bytes</c>). Not above what the final topic takes.</value>
    public int MaxEventBytes { get; init; } = 1_000_000;
}
