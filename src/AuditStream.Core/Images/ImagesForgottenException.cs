namespace AuditStream.Core.Images;

/// <summary>Images have to be removed of which some found no room in memory: they cannot be told, and would come back with the next
/// restore.</summary>
public sealed class ImagesForgottenException() : Exception(
    "images of rows must be removed, and some of them found no room in memory: raise Images:MaxBytes, or let more instances share the partitions");
