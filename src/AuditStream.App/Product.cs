using System.Reflection;

namespace AuditStream.App;

/// <summary>What this program is.</summary>
public static class Product
{
    /// <summary>The program's name.</summary>
    public const string Name = "auditstream";

    /// <summary>The version, as it stands in every event: <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
