namespace AuditStream.Core.Decode.Avro;

/// <summary>Where writers' schemas come from: a registry, or files. Used by several threads at once.</summary>
public interface ISchemaSource
{
    /// <summary>The schema of an id. May take as long as its implementation bounds; never throws for what it finds or does not find.</summary>
    SchemaAnswer Find(SchemaId id);
}
