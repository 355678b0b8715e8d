namespace AuditStream.Core.Emit;

/// <summary>How events are written. Immutable.</summary>
public sealed record EmitSettings
{
    /// <summary>Which row images an event carries.</summary>
    /// <value>Default <see cref="ImagesOut.Full"/>.</value>
    public ImagesOut Images { get; init; } = ImagesOut.Full;

    /// <summary>The greatest size of an event in bytes: value, key and headers together, as the broker counts them. An event that is larger
    /// goes out without images, then without values; one that is larger still is refused.</summary>
    /// <value>Default 1,000,000: what a client sends by default (<c>message.max.bytes</c>). Not above what the final topic takes.</value>
    public int MaxEventBytes { get; init; } = 1_000_000;
}
