namespace AuditStream.App.Tests;

/// <summary>A file that goes with its object.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;

    public TemporaryFile(string text)
    {
        Path = System.IO.Path.Combine(folder, "appsettings.json");
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
