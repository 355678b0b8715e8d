using AuditStream.App.Configuration;

namespace AuditStream.Testing;

/// <summary>One service of the compose file.</summary>
public sealed class ComposeService(string name, Dictionary<string, object?> node)
{
    /// <summary>Its name, which is its host name too.</summary>
    public string Name { get; } = name;

    /// <summary>The image with its tag.</summary>
    public string Image => (string?)node["image"] ?? "";

    /// <summary>Dockerfile and context as they are written; null when the image is only pulled.</summary>
    public (string Context, string Dockerfile)? Build => node.TryGetValue("build", out var build) && ComposeFile.Map(build) is var parts
        ? ((string)parts["context"]!, (string)parts["dockerfile"]!) // a build names both; a missing one fails the test here
        : null;

    /// <summary>Its variables, as they are where the shell has none.</summary>
    public IReadOnlyDictionary<string, string> Environment => ComposeFile.Map(node.GetValueOrDefault("environment"))
        .ToDictionary(entry => entry.Key, entry => ComposeFile.WithDefaults((string?)entry.Value ?? ""));

    /// <summary>The settings of the product, by key, levels parted by colons.</summary>
    public IReadOnlyDictionary<string, string> Settings => Environment
        .Where(entry => entry.Key.StartsWith(ConfigurationReader.EnvironmentPrefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[ConfigurationReader.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), entry => entry.Value);

    /// <summary>The words of its command; empty: the image's own.</summary>
    public IReadOnlyList<string> Command => List("command");

    /// <summary>The ports that the machine opens for it, as written.</summary>
    public IReadOnlyList<string> Ports => List("ports");

    /// <summary>Each volume as source and target.</summary>
    public IEnumerable<(string Source, string Target)> Mounts => List("volumes").Select(volume => volume.Split(':')).Select(parts => (parts[0], parts[1]));

    /// <summary>What it waits for: services with their condition.</summary>
    public IReadOnlyDictionary<string, string> DependsOn => ComposeFile.Map(node.GetValueOrDefault("depends_on"))
        .ToDictionary(entry => entry.Key, entry => (string?)ComposeFile.Map(entry.Value)["condition"] ?? "");

    /// <summary>The words of its health check; empty: the image's own.</summary>
    public IReadOnlyList<string> HealthCheck =>
        ComposeFile.Map(node.GetValueOrDefault("healthcheck")).TryGetValue("test", out var test) ? Texts(test) : [];

    /// <summary>Whether its root file system cannot be written to.</summary>
    public bool IsReadOnly => node.GetValueOrDefault("read_only") is "true";

    /// <summary>When it is started again; empty: never.</summary>
    public string Restart => (string?)node.GetValueOrDefault("restart") ?? "";

    private string[] List(string key) => Texts(node.GetValueOrDefault(key));

    private static string[] Texts(object? list) => [.. ((List<object>?)list ?? []).Cast<string>().Select(ComposeFile.WithDefaults)];
}
