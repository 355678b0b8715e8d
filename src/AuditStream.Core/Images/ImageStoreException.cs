namespace AuditStream.Core.Images;

/// <summary>A store of row images could not do what it was asked: no room, no access, or what it reads is damaged. The images are in the changelog,
/// too: the store is opened again, and what it misses is read from there.</summary>
/// <param name="message">What was done and what came of it; no row values.</param>
public sealed class ImageStoreException(string message) : Exception(message);
