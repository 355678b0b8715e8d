using System.Globalization;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>Schemas out of a folder: <c>7.json</c> holds what a registry answers for id 7, and <c>subjects/orders/versions/2.json</c> what it answers for a
/// subject's version, which other schemas may refer to. For records without their registry.</summary>
public sealed class FileSchemas : ISchemaSource
{
    private readonly string folder;

    /// <summary>Makes it.</summary>
    /// <param name="folder">The folder.</param>
    public FileSchemas(string folder) => this.folder = folder;

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id)
    {
        var path = Path.Combine(folder, $"{id}.json");
        var (json, failure) = Read(path, $"schema {id}");
        return failure.Kind == SchemaAnswerKind.Found ? RegistryText.Read(id, json, path, Referred) : failure;
    }

    private (byte[] Json, SchemaAnswer Failure) Referred(RegistryReference reference)
    {
        var version = reference.Version.ToString(CultureInfo.InvariantCulture);
        // A subject's name is no path.
        var subject = Uri.EscapeDataString(reference.Subject ?? "").Replace("..", "%2E%2E", StringComparison.Ordinal);
        var path = Path.Combine(folder, "subjects", subject, "versions", $"{version}.json");
        return Read(path, $"version {version} of {reference.Subject}, which a schema refers to");
    }

    private static (byte[] Json, SchemaAnswer Failure) Read(string path, string what)
    {
        try
        {
            return (File.ReadAllBytes(path), SchemaAnswer.Found(default));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return ([], SchemaAnswer.Unknown($"There is no {what}: {path} does not exist."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ([], SchemaAnswer.NotNow($"{path} cannot be read: {exception.Message}"));
        }
    }
}
