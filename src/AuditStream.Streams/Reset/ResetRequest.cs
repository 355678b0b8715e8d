namespace AuditStream.Streams.Reset;

/// <summary>What is to be set back.</summary>
/// <param name="Planes">The groups.</param>
/// <param name="Place">Where they are to go on.</param>
/// <param name="Topics">Only partitions of these topics; empty for all.</param>
/// <param name="RebuildsState">Whether row images are to begin from nothing.</param>
public sealed record ResetRequest(IReadOnlyList<ResetPlane> Planes, ResetPlace Place, IReadOnlyList<string> Topics, bool RebuildsState);
