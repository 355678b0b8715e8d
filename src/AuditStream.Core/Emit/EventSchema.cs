namespace AuditStream.Core.Emit;

/// <summary>The Avro schema of an event: <c>schemas/audit-event/auditstream-1.avsc</c>.</summary>
public static class EventSchema
{
    private const string Resource = "audit-event/auditstream-1.avsc";

    /// <summary>The schema's text, JSON in UTF-8, as it is registered.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(EventSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program holds no {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
