namespace AuditStream.Testing;

/// <summary>Finds the repository that the running test assembly was built from.</summary>
public static class RepositoryFolder
{
    private const int MaxLevels = 20;

    /// <summary>The folder that holds <c>AuditStream.sln</c>.</summary>
    /// <exception cref="InvalidOperationException">No folder above the test assembly holds it.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>The build configuration of the running test assembly: <c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";

    /// <summary>The built file of a project under <c>src</c>.</summary>
    public static string Built(string project, string file) =>
        Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", file);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        for (var level = 0; level < MaxLevels && folder is not null; level++)
        {
            if (File.Exists(Path.Combine(folder, "AuditStream.sln")))
                return folder;
            folder = Path.GetDirectoryName(folder);
        }
        throw new InvalidOperationException($"Finding AuditStream.sln above {AppContext.BaseDirectory} failed: tests run from the repository's build.");
    }
}
