namespace AuditStream.Demo;

/// <summary>Where the demo's servers are.</summary>
/// <param name="BootstrapServers">The embedded broker.</param>
/// <param name="WriterConnectionString">The store as the service's login.</param>
/// <param name="OwnerConnectionString">The store as the administrator.</param>
/// <param name="HttpPort">The product's HTTP port; 0 for none.</param>
public sealed record DemoAddresses(string BootstrapServers, string WriterConnectionString, string OwnerConnectionString, int HttpPort);
