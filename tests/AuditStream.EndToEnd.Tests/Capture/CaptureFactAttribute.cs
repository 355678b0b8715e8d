using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.Capture;

/// <summary>Not a test of the product: makes the demo's messages anew, when <c>AUDITSTREAM_CAPTURE_TO</c> names the folder for them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaptureFactAttribute : FactAttribute
{
    internal const string FolderVariable = "AUDITSTREAM_CAPTURE_TO";

    /// <summary>Looks for the variable.</summary>
    public CaptureFactAttribute()
    {
        if (Folder is null)
            Skip = $"makes the demo's messages anew; {FolderVariable} names the folder for them";
        else if (SharedFolder.KafkaScript is null || SharedFolder.DebeziumPlugins is null)
            Skip = "needs a real connector: shared/kafka and shared/debezium";
    }

    internal static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;
}
