namespace AuditStream.Core.Images;

/// <summary>How often an image was looked for, by what came of it.</summary>
/// <param name="Hits">It was there.</param>
/// <param name="Misses">There was none.</param>
/// <param name="OfTheFuture">It came from a later record than the change, so that it was not used.</param>
public readonly record struct ImageLookups(long Hits, long Misses, long OfTheFuture);
