namespace AuditStream.Streams.Loop;

/// <summary>A record that fits nowhere: its task stops.</summary>
internal sealed class DeadLetterTooLargeException(string message, Exception innerException) : Exception(message, innerException);
