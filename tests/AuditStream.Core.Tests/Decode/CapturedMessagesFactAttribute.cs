namespace AuditStream.Core.Tests.Decode;

/// <summary>A fact over captured messages: skipped by name where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturedMessagesFactAttribute : FactAttribute
{
    public CapturedMessagesFactAttribute() =>
        Skip = CapturedMessages.Folder is null ? "The captured messages (shared/fixtures) are not on this machine." : null;
}
