namespace AuditStream.EndToEnd.Tests.Deployment;

/// <summary>In what a composed stack differs from the files of compose/: names, because tests share a broker, and addresses.</summary>
internal sealed record ComposedDifferences
{
    /// <summary>One of <see cref="Testing.ConnectorFile"/>.</summary>
    public string ConnectorFile { get; init; } = Testing.ConnectorFile.Json;

    /// <summary>Properties of the connector.</summary>
    public Dictionary<string, string> Connector { get; init; } = [];

    /// <summary>Settings of the product by key, in capitals.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];
}
