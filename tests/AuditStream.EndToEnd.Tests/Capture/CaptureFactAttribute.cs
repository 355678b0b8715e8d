namespace AuditStream.EndToEnd.Tests.Capture;

/// <summary>Not a test of the product: makes the demo's messages anew, when <c>AUDITSTREAM_CAPTURE_TO</c> names the folder for them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaptureFactAttribute : FactAttribute
{
    internal const string FolderVariable = "AUDITSTREAM_CAPTURE_TO";

    /// <summary>Looks for the variable.</summary>
    public CaptureFactAttribute() => Skip = Folder is null ? $"makes the demo's messages anew; {FolderVariable} names the folder for them" : null;

    internal static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;
}
