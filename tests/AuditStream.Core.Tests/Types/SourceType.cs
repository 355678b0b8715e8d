namespace AuditStream.Core.Tests.Types;

/// <summary>A type of a database's columns, and how its values are written.</summary>
internal sealed record SourceType(string Name, params TypeSample[] Samples);
