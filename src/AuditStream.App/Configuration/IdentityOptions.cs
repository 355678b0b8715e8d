using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The secret key behind event ids and fact hashes: 32 bytes or more. Its loss cannot be mended; keep a copy.</summary>
public sealed class IdentityOptions
{
    /// <summary>A file that holds the key in base64. <c>auditstream migrate</c> makes it when it is missing. Ignored when Key is given.</summary>
    /// <value>auditstream-identity.key</value>
    [Required]
    public string KeyFile { get; set; } = "auditstream-identity.key";

    /// <summary>The key itself in base64, for where secrets come as variables.</summary>
    /// <value>none</value>
    [Sensitive]
    public string? Key { get; set; }
}
