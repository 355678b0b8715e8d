namespace AuditStream.EndToEnd.Tests;

/// <summary>The tests that share one real Kafka and one real PostgreSQL, one after the other: they would only take each other's time.</summary>
[CollectionDefinition(Name)]
public sealed class RealStackCollection : ICollectionFixture<RealStack>
{
    internal const string Name = "real stack";
}
