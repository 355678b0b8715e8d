namespace AuditStream.Demo;

/// <summary>The demo did not do what it promises: the message says how far it came.</summary>
public sealed class DemoFailedException(string message) : Exception(message);
