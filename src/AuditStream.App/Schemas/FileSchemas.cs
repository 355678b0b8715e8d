using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>Schemas out of a folder: <c>7.json</c> holds what a registry answers for id 7. For records without their registry.</summary>
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
        try
        {
            return RegistryText.Read(id, File.ReadAllBytes(path), path);
        }
        catch (FileNotFoundException)
        {
            return SchemaAnswer.Unknown($"There is no schema {id}: {path} does not exist.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SchemaAnswer.NotNow($"{path} cannot be read: {exception.Message}");
        }
    }
}
