namespace AuditStream.RocksDb;

/// <summary>The folder for row images cannot be used.</summary>
/// <param name="message">Why, and what to do; continues a sentence that begins with the setting.</param>
public sealed class ImageFolderException(string message) : Exception(message);
